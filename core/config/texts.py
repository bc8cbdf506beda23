"""Names and helps of settings in other languages: files beside the module that declares them.

`settings_locales/de.json` beside a module has, by class: key → [name, help]. The key "" is the class itself. English is
what the class declares, and stands in for what a file leaves out.
"""

import inspect
import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from hubbub.core.languages import FALLBACK, Languages

log: Final = logging.getLogger("hubbub.config")
FOLDER: Final = "settings_locales"


class SettingText(NamedTuple):
    """What a setting is called and what it does; empty for what is not translated."""

    name: str = ""
    help: str = ""


Texts = Mapping[str, SettingText]
NO_TEXT: Final = SettingText()
_NO_TEXTS: Final[Texts] = {}


def texts_of(section: type[msgspec.Struct], locale: str) -> Texts:
    """Return the texts of a section by key (nested ones dotted), empty where there is no such language."""
    languages = _languages(Path(inspect.getfile(section)).parent / FOLDER)
    language = languages.best(locale)
    if language == FALLBACK:
        return _NO_TEXTS
    try:
        return languages.get(language).get(section.__name__, _NO_TEXTS)
    except msgspec.MsgspecError as error:  # somebody else's plugin: English is better than no settings at all
        log.warning("the texts of %s in %s can't be read: %s", section.__qualname__, language, error)
        return _NO_TEXTS


@cache
def _languages(folder: Path) -> Languages[dict[str, dict[str, SettingText]]]:
    return Languages(folder, dict[str, dict[str, SettingText]])
