"""Names of emoji: which are valid, which are the system's, and which a text holds."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

MAX_NAME: Final = 64
"""Bytes; the characters are ASCII."""
_VALID: Final = re.compile(r"[a-zA-Z0-9+_-]{1,64}").fullmatch
_IN_TEXT: Final = re.compile(r":([a-zA-Z0-9+_-]{1,64})(?=:)").findall
_TONES: Final = re.compile(r"^(.+?)(?:_(?:light|medium_light|medium|medium_dark|dark)_skin_tone){1,2}$").match


def _read_names() -> frozenset[str]:
    return frozenset(files(__package__).joinpath("system_emoji.txt").read_text("ascii").split())


SYSTEM: Final = _read_names()
"""Short names of the emoji that every client has, without skin tones."""


def is_valid(name: str) -> bool:
    """Say whether a name can be that of an emoji."""
    return _VALID(name) is not None


def is_system(name: str) -> bool:
    """Say whether the name is a system emoji's, with or without skin tones (`wave_dark_skin_tone`)."""
    if name in SYSTEM:
        return True
    toned = _TONES(name) if name.endswith("_skin_tone") else None
    return toned is not None and toned[1] in SYSTEM


def custom_in(text: str) -> Iterator[str]:
    """Yield the names between colons that are no system emoji's: those may be custom ones."""
    if text.count(":") < 2:
        return
    for name in _IN_TEXT(text):
        if not is_system(name):
            yield name
