"""Attachments of messages, as Slack and Mattermost write them, in one form."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.errors import BadRequest

TEXTS: Final = (
    "fallback", "color", "pretext", "author_name", "author_link", "author_icon", "title", "title_link", "text",
    "image_url", "thumb_url", "footer", "footer_icon",
)  # fmt: skip
MARKED_UP: Final = ("pretext", "text")
"""Fields whose Slack markup is converted."""


class BadAttachment(BadRequest):
    id = "model.incoming_hook.parse_data.app_error"
    message = "attachments[{place}]{part} is not {wanted}."


def read_attachments(found: list[Any]) -> list[dict[str, Any]]:
    """Return attachments with every field that clients know; nulls are left out. Raises `BadAttachment`.

    Values of fields become texts; `actions` stay as they are.
    """
    return [_read(one, place) for place, one in enumerate(found) if one is not None]


def texts_of(attachments: list[dict[str, Any]]) -> Iterator[str]:
    """Yield every text that may have Slack markup."""
    for attachment in attachments:
        yield from (attachment[name] for name in MARKED_UP)
        yield from (field["value"] for field in attachment["fields"])


def convert(attachments: list[dict[str, Any]], change: Callable[[str], str]) -> None:
    """Put what `change(text)` returns in the place of every text that may have Slack markup."""
    for attachment in attachments:
        for name in MARKED_UP:
            attachment[name] = change(attachment[name])
        for field in attachment["fields"]:
            field["value"] = change(field["value"])


def _read(one: Any, place: int) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise BadAttachment(place=place, part="", wanted="an object")
    number = one.get("id")
    read: dict[str, Any] = {"id": number if isinstance(number, int) else 0}
    for name in TEXTS:
        read[name] = _text(one.get(name), place, f".{name}")
    fields = one.get("fields")
    if fields is not None and not isinstance(fields, list):
        raise BadAttachment(place=place, part=".fields", wanted="a list")
    read["fields"] = [_field(field, place) for field in fields or () if field is not None]
    stamp = one.get("ts")
    read["ts"] = stamp if isinstance(stamp, (int, float, str)) else None
    actions = one.get("actions")
    if isinstance(actions, list) and actions:
        read["actions"] = actions
    return read


def _field(field: Any, place: int) -> dict[str, Any]:
    if not isinstance(field, dict):
        raise BadAttachment(place=place, part=".fields", wanted="a list of objects")
    value = field.get("value")
    short = field.get("short")
    return {
        "title": _text(field.get("title"), place, ".fields.title"),
        "value": "" if value is None else value if isinstance(value, str) else json.encode_str(value),
        "short": short is True or (isinstance(short, str) and short.lower() == "true"),
    }


def _text(value: Any, place: int, part: str) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        raise BadAttachment(place=place, part=part, wanted="a text")
    return value if isinstance(value, str) else json.encode_str(value)
