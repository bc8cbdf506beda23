"""Small checks of text that several rules share."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.config.problems import Problem

CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def error_id(name: str) -> str:
    """Return the API's error id for a bad value, from its middle part or whole."""
    if not name:
        return "model.config.is_valid.app_error"
    return name if name.startswith(("model.", "ent.")) else f"model.config.is_valid.{name}.app_error"


def wrong(key: str, value: Any, message: str, remedy: str, error: str = "") -> Problem:
    """Return a problem that forbids using the configuration."""
    return Problem(key, value, message, remedy, "error", error_id(error))


def doubtful(key: str, value: Any, message: str, remedy: str) -> Problem:
    """Return a problem that is worth a warning."""
    return Problem(key, value, message, remedy, "warning")


def is_url(text: str, *schemes: str) -> bool:
    """Return whether `text` is an absolute URL with a host and one of `schemes` (http and https if none given)."""
    try:
        parts = urlsplit(text)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    clean = not any(character.isspace() for character in text)
    return clean and port_is_fine and parts.scheme in (schemes or ("http", "https")) and bool(parts.hostname)


def is_listen_address(text: str) -> bool:
    """Return whether `text` is host:port, :port or unix:path."""
    if text.startswith("unix:"):
        return len(text) > len("unix:")
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
        return False
    bracketed = host.startswith("[") and host.endswith("]")
    return bracketed or ":" not in host


def is_clock(text: str) -> bool:
    """Return whether `text` is a time of day, HH:MM."""
    return CLOCK.fullmatch(text) is not None


def is_port(text: str) -> bool:
    """Return whether `text` is the number of a port."""
    return text.isascii() and text.isdigit() and 0 < int(text) <= 65535


def has_balanced_brackets(text: str) -> bool:
    """Return whether an LDAP filter's round brackets match; escaped ones are written \\28 and \\29."""
    depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth < 0:
            return False
    return depth == 0
