"""Which addresses a post has that something could be shown of: its first link, and its pictures."""

import re
from typing import Any, Final

import msgspec

MAX_URL: Final = 2048
MAX_IMAGES: Final = 5
"""Pictures of one post, and of one page, that are looked at."""

_FENCED = re.compile(r"^(```+|~~~+)[^\n]*\n.*?(?:^\1[ \t]*$|\Z)", re.S | re.M)
_TICKS = re.compile(r"(`+)(?!`)[^\n]*?(?<!`)\1(?!`)")
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\]\(\s*<?(https?://[^\s)>]+)>?[^)\n]{0,300}\)", re.I)
_LINK = re.compile(r"https?://[^\s<>\"'`|*]+", re.I)
_CLOSING: Final = {")": "(", "]": "["}
_ATTACHED: Final = ("image_url", "thumb_url")


class Links(msgspec.Struct, frozen=True):
    """`first` is the address to preview ("" for none), `images` are those of pictures that the post shows."""

    first: str
    images: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Each address, once."""
        return tuple(dict.fromkeys((*((self.first,) if self.first else ()), *self.images)))


NONE: Final = Links("", ())


def of(message: str, props: dict[str, Any]) -> Links:
    """Return the addresses of a post. Those in code don't count; attachments show theirs instead of a preview."""
    attachments = props.get("attachments")
    if "://" not in message and not attachments:
        return NONE
    text = _TICKS.sub(" ", _FENCED.sub(" ", message)) if "`" in message or "~~~" in message else message
    images = [found[1] for found in _IMAGE.finditer(text)]
    first = "" if attachments else next((url for found in _LINK.finditer(text) if (url := _trimmed(found[0]))), "")
    return Links(first, tuple(dict.fromkeys(filter(_fits, [*images, *_of_attachments(attachments)])))[:MAX_IMAGES])


def _of_attachments(attachments: object) -> list[str]:
    found = []
    for attachment in attachments if isinstance(attachments, list) else []:
        if isinstance(attachment, dict):
            found += [url for key in _ATTACHED if isinstance(url := attachment.get(key), str) and "://" in url]
    return found


def _trimmed(url: str) -> str:
    """Return an address without the Markdown and the punctuation of the sentence around it, "" for one that is none."""
    url = url.partition("](")[0]
    while url:
        last = url[-1]
        opening = _CLOSING.get(last)
        if last not in ".,;:!?_~" and (opening is None or url.count(last) <= url.count(opening)):
            break
        url = url[:-1]
    return url if _fits(url) else ""


def _fits(url: str) -> bool:
    host = url.partition("://")[2].partition("/")[0]
    return len(url) <= MAX_URL and bool(host)
