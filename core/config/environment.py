"""Settings from the environment: MM_<SECTION>_<KEY> wins over config.json and is never written to it."""

import json
from collections.abc import Mapping
from typing import Any, Final, get_origin

from hubbub.core.config.document import MISSING, assign
from hubbub.core.config.model import SETTINGS
from hubbub.core.config.problems import Problem
from hubbub.core.config.setting import SettingInfo

TRUE: Final = frozenset({"1", "t", "true"})
FALSE: Final = frozenset({"0", "f", "false"})


def overrides(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys that the environment sets, nested by section, each with the value true."""
    result: dict[str, Any] = {}
    for info in SETTINGS:
        if info.variable in environ:
            assign(result, info.path, True)
    return result


def read(info: SettingInfo, environ: Mapping[str, str]) -> tuple[Any, Problem | None]:
    """Return the value that the environment gives a setting, or MISSING, and what is wrong with it.

    Booleans are true, false, 1 or 0; lists are split at spaces (or a JSON array); objects are JSON.
    """
    text = environ.get(info.variable)
    if text is None:
        return MISSING, None
    try:
        text.encode()  # The system hands over bytes that are not UTF-8 as half surrogate pairs.
        return _parse(text, info.type), None
    except ValueError as error:
        shown = None if info.setting.secret else text
        remedy = f"Correct or unset the environment variable {info.variable}."
        return MISSING, Problem(info.name, shown, f"{error}.", remedy)


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Return variables that look like settings but name none."""
    known = {info.variable for info in SETTINGS}
    sections = tuple({f"MM_{info.path[0].upper()}_" for info in SETTINGS})
    return sorted(name for name in environ if name.startswith(sections) and name not in known)


def _parse(text: str, type_: Any) -> Any:
    if type_ is str:
        return text
    if type_ is bool:
        return _parse_bool(text)
    if type_ is int:
        try:
            return int(text.strip())
        except ValueError:
            raise ValueError("Not a whole number") from None
    if get_origin(type_) is tuple and not text.lstrip().startswith("["):
        return text.split()
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"Not JSON: {error}") from None


def _parse_bool(text: str) -> bool:
    word = text.strip().casefold()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise ValueError("Neither true nor false")
