"""Everything there is to say about a configuration file, for `hubbub config check`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from hubbub.core.config import document as doc
from hubbub.core.config import environment, files
from hubbub.core.config.decode import decode
from hubbub.core.config.model import Config
from hubbub.core.config.problems import ConfigError, Problem, errors_of
from hubbub.core.config.removed import REMOVED, REMOVED_SECTIONS

More = Callable[[Config], Iterable[Problem]]


def check_file(
    path: Path, environ: Mapping[str, str], plugins: Mapping[str, type[msgspec.Struct]], more: More | None = None
) -> tuple[Problem, ...]:
    """Return every problem of the file and the environment, errors first; changes nothing.

    `more(config)` adds what only others know of. It is asked when the rest makes sense.
    """
    try:
        document = doc.canonical(doc.parse(files.read(path), str(path)))
    except FileNotFoundError:
        remedy = "Start the server once to have one made, or name another file."
        return (Problem(str(path), None, "There is no such file.", remedy, "warning"),)
    except ConfigError as error:
        return error.problems
    decoded = decode(document, environ)
    problems = [*decoded.problems, *_unknown(document), *_unknown_variables(environ)]
    for plugin_id, section in plugins.items():
        try:
            decoded.config.plugin(plugin_id, section)
        except ConfigError as error:
            problems += error.problems
    if more is not None and not errors_of(problems):
        problems += more(decoded.config)
    return tuple(sorted(problems, key=lambda problem: problem.severity != "error"))


def _unknown(document: Mapping[str, object]) -> Iterator[Problem]:
    for path in doc.unknown_keys(document):
        key = ".".join(path)
        if key in REMOVED or path[0] in REMOVED_SECTIONS:
            yield Problem(key, None, "A key of an older version, unused.", "Remove it when convenient.", "warning")
        else:
            yield Problem(key, None, "Unknown, so unused.", "Correct a typing mistake, or remove it.", "warning")


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    for name in environment.unknown_variables(environ):
        yield Problem(name, None, "An environment variable that names no setting.", "Correct or unset it.", "warning")
