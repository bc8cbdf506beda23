"""config.json as a plain document: reading text, finding keys, keeping what we do not know."""

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from msgspec import structs

from hubbub.core.config.model import SETTINGS, Config
from hubbub.core.config.problems import ConfigError, Problem
from hubbub.core.config.setting import is_section, split_annotation

Document = dict[str, Any]
Path = tuple[str, ...]


class Missing:
    """The type of MISSING: a key that is not there, which is not the same as an empty one."""


MISSING: Final = Missing()


def parse(data: bytes, name: str) -> Document:
    """Return the JSON object in `data`; `name` is the file's, for the error.

    Raises `ConfigError` with line and column for text that is not JSON. The standard library's parser is used because
    it alone says where the mistake is.
    """
    try:
        text = data.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        where = f"{error.msg}, line {error.lineno}, column {error.colno}."
        raise _broken(name, where, "Correct the file there; a missing comma or quote just before is common.") from error
    except UnicodeDecodeError as error:
        raise _broken(name, f"Byte {error.start} is not UTF-8.", "Save the file as UTF-8.") from error
    except ValueError as error:
        raise _broken(name, f"{error}.", "Write a plain number.") from error
    except RecursionError as error:
        raise _broken(name, "Nested too deeply.", "Remove the needless brackets.") from error
    if not isinstance(document, dict):
        raise _broken(name, "It does not hold a JSON object.", "Start with { and end with }.")
    render(document)
    return document


def render(document: Mapping[str, Any]) -> bytes:
    """Return the text of config.json, indented by four spaces as such files always were.

    Raises `ConfigError` for text that has no UTF-8 form: half a surrogate pair, which JSON can spell.
    """
    text = json.dumps(document, indent=4, ensure_ascii=False) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        message = f"{error.object[error.start]!a} is not a character."
        raise _broken("config.json", message, "Remove it.") from error


def canonical(document: Mapping[str, Any]) -> Document:
    """Return a deep copy with known keys in their declared spelling.

    Keys are matched without regard to case, as the existing servers do, because older versions spelled some keys
    differently (``UserApiEndpoint``). The exact spelling wins. Null means absent. Unknown keys are kept.
    """
    return _canonical_section(document, Config)


def _canonical_section(given: Mapping[str, Any], section: Any) -> Document:
    known = {field.name.casefold(): (field.name, split_annotation(field.type)[0]) for field in structs.fields(section)}
    result: Document = {}
    for key, value in given.items():
        name, type_ = known.get(key.casefold(), (key, None))
        if name != key and name in given:
            continue
        if value is None and type_ is not None:
            continue
        if type_ is not None and is_section(type_) and isinstance(value, Mapping):
            value = _canonical_section(value, type_)
        result[name] = copy.deepcopy(value)
    return result


def lookup(document: Mapping[str, Any], path: Path) -> Any:
    """Return the value at `path`, or MISSING."""
    here: Any = document
    for name in path:
        if not isinstance(here, Mapping) or name not in here:
            return MISSING
        here = here[name]
    return here


def assign(document: Document, path: Path, value: Any) -> None:
    """Put `value` at `path`, making the sections on the way."""
    here = document
    for name in path[:-1]:
        inner = here.get(name)
        if not isinstance(inner, dict):
            inner = here[name] = {}
        here = inner
    here[path[-1]] = value


def remove(document: Document, path: Path) -> None:
    """Remove the value at `path`, if there is one."""
    section = lookup(document, path[:-1])
    if isinstance(section, dict):
        section.pop(path[-1], None)


def unknown_keys(document: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the path of every key of a canonical document that no section declares."""
    leaves = {info.path for info in SETTINGS}
    branches = {path[:end] for path in leaves for end in range(1, len(path))}
    yield from _unknown(document, (), leaves, branches)


def _unknown(here: Mapping[str, Any], prefix: Path, leaves: set[Path], branches: set[Path]) -> Iterator[Path]:
    for key, value in here.items():
        path = (*prefix, key)
        if path in branches and isinstance(value, Mapping):
            yield from _unknown(value, path, leaves, branches)
        elif path not in leaves and path not in branches:
            yield path


def _broken(name: str, message: str, remedy: str) -> ConfigError:
    return ConfigError([Problem(name, None, message, remedy)])


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
