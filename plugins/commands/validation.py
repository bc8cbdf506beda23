"""Which commands are valid."""

from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.contracts.commands import Command
from hubbub.core.contracts.errors import BadRequest

MAX_TRIGGER: Final = 128
LIMITS: Final = {
    "display_name": 64, "description": 128, "url": 1024, "icon_url": 1024, "username": 64,
    "auto_complete_desc": 1024, "auto_complete_hint": 1024,
}  # fmt: skip
"""Field → most characters."""
ERROR_PARTS: Final = {"auto_complete_desc": "description", "auto_complete_hint": "description", "icon_url": "url"}


class InvalidCommand(BadRequest):
    """A command can't be stored; `id` says which part is wrong (model.command.is_valid.…)."""

    id = "model.command.is_valid.trigger.app_error"
    message = "The command is not valid."


def check(command: Command) -> None:
    """Raise `InvalidCommand` naming what is wrong."""
    trigger = command.trigger
    if not 1 <= len(trigger) <= MAX_TRIGGER or "/" in trigger or any(sign.isspace() for sign in trigger):
        text = "A trigger has 1 to {max} characters, none of them a space or a slash: {trigger!r} is none."
        raise _invalid("trigger", text, max=MAX_TRIGGER, trigger=trigger[:MAX_TRIGGER])
    for name, most in LIMITS.items():
        if len(getattr(command, name)) > most:
            text = "{name} has at most {max} characters, not {length}."
            part = ERROR_PARTS.get(name, name)
            raise _invalid(part, text, name=name, max=most, length=len(getattr(command, name)))
    if not command.url:
        raise _invalid("url", "A command needs the url that answers it.")
    if not _is_web_address(command.url):
        raise _invalid("url_http", "The url {url!r} doesn't begin with http:// or https://.", url=command.url)
    if command.method not in ("P", "G"):
        raise _invalid("method", "The method is P (POST) or G (GET), not {method!r}.", method=command.method)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _invalid(part: str, message: str, **params: Any) -> InvalidCommand:
    return InvalidCommand(message, id=f"model.command.is_valid.{part}.app_error", **params)
