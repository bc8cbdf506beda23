"""Which bookmarks are valid."""

from typing import Any, Final
from urllib.parse import urlsplit

from hubbub.core.contracts.bookmarks import FILE, LINK, ChannelBookmark
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam

MAX_DISPLAY_NAME: Final = 64
MAX_URL: Final = 1024
MAX_EMOJI: Final = 64
MAX_SORT_ORDER: Final = 2**31 - 1


class InvalidBookmark(BadRequest):
    """A bookmark can't be stored; `id` says which part is wrong (model.channel_bookmark.is_valid.…)."""

    id = "model.channel_bookmark.is_valid.type.app_error"
    message = "The bookmark is not valid."


def check(bookmark: ChannelBookmark) -> None:
    """Raise `InvalidBookmark` naming what is wrong."""
    if bookmark.type not in (LINK, FILE):
        raise _invalid("type", "A bookmark's type is link or file, not {type}.", type=bookmark.type or "empty")
    if not 1 <= len(bookmark.display_name) <= MAX_DISPLAY_NAME:
        text = "A bookmark's display_name has 1 to {max} characters, not {length}."
        raise _invalid("display_name", text, max=MAX_DISPLAY_NAME, length=len(bookmark.display_name))
    if bookmark.file_id and bookmark.link_url:
        raise _invalid("link_file", "A bookmark has a link or a file, not both.")
    if bookmark.type == FILE or bookmark.file_id:
        raise _invalid("file_id.missing_or_invalid", "Files can't be bookmarked on this server; bookmark a link.")
    if not is_web_address(bookmark.link_url or ""):
        text = "link_url is an address that begins with http:// or https://, of at most {max} characters."
        raise _invalid("link_url.missing_or_invalid", text, max=MAX_URL)
    if bookmark.image_url and not is_web_address(bookmark.image_url):
        text = "image_url is an address that begins with http:// or https://, of at most {max} characters."
        raise _invalid("image_url", text, max=MAX_URL)
    if len(bookmark.emoji or "") > MAX_EMOJI:
        raise InvalidBodyParam("emoji", f"more than {MAX_EMOJI} characters")
    if not 0 <= bookmark.sort_order <= MAX_SORT_ORDER:
        raise InvalidBodyParam("sort_order")


def is_web_address(text: str) -> bool:
    """Say whether it is an http or https address with a host, and short enough.

    SECURITY: clients open it on a click: other schemes (javascript:, file:) must not get through.
    """
    if len(text) > MAX_URL or any(character <= " " or character == "\x7f" for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _invalid(part: str, message: str, **params: Any) -> InvalidBookmark:
    return InvalidBookmark(message, id=f"model.channel_bookmark.is_valid.{part}.app_error", **params)
