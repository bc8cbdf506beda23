"""Names and types of files, and where each is kept in the file store."""

import mimetypes
import re
from datetime import UTC, datetime
from typing import Final

from hubbub.plugins.files.errors import BadName

MAX_NAME: Final = 256
"""Characters, of the column."""
MAX_STORED_NAME: Final = 160
"""Bytes of a name on disk, where 255 are possible: `_preview.jpg` and some room are added."""
MAX_EXTENSION: Final = 64
OCTETS: Final = "application/octet-stream"
SVG: Final = "image/svg+xml"
HEAD: Final = 512
"""Bytes at a file's beginning that tell its type."""
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
)
PICTURES: Final = frozenset("image/png image/gif image/jpeg image/bmp image/tiff image/webp".split())
_MARKUP: Final = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
# The system's own list differs from one machine to the next.
_BY_EXTENSION: Final = mimetypes.MimeTypes()
_OURS: Final = (("image/webp", ".webp"), ("text/markdown", ".md"), ("audio/ogg", ".ogg"), ("audio/wav", ".wav"))
for _type, _extension in _OURS:
    _BY_EXTENSION.add_type(_type, _extension)


def clean_name(name: str) -> str:
    """Return a file's name without folders and characters that mislead. Raises `BadName`."""
    name = _UNPRINTABLE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    name = name.encode("utf-8", "replace").decode()
    if not name.strip(". "):
        raise BadName
    if len(name) <= MAX_NAME:
        return name
    stem, ending = _split(name)
    return stem[: MAX_NAME - len(ending)] + ending


def extension_of(name: str) -> str:
    """Return a name's extension in lower case without its dot."""
    return _split(name)[1][1:].lower()


def _split(name: str) -> tuple[str, str]:
    """Return a name's stem, and its extension with the dot."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) >= MAX_EXTENSION:
        return name, ""
    return stem, dot + extension


def type_of(name: str, head: bytes) -> str:
    """Return a file's media type: by its first bytes where they tell, else by its name."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    found = _BY_EXTENSION.guess_type(f"x.{extension_of(name)}")[0] or OCTETS
    # What is called a picture and isn't one is nothing that a browser should be shown.
    media = found != SVG and found.partition("/")[0] in ("image", "audio", "video")
    if found in PICTURES or (media and _is_markup(head)):
        return OCTETS
    return found


def _is_markup(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)


def folder_of(file_id: str, channel_id: str, user_id: str, time: int) -> str:
    """Return the folder of a new file; `time` in ms."""
    day = datetime.fromtimestamp(time / 1000, UTC).strftime("%Y%m%d")
    return f"{day}/teams/noteam/channels/{channel_id}/users/{user_id}/{file_id}"


def stored_name(name: str) -> str:
    """Return the name that a file has in the store: its own, cut where no disk would take it."""
    stem, ending = _split(name)
    room = MAX_STORED_NAME - len(ending.encode())
    if room <= 0:
        stem, ending, room = name, "", MAX_STORED_NAME
    return stem.encode()[:room].decode(errors="ignore") + ending


def beside(path: str, ending: str) -> str:
    """Return the path of what belongs to a file, `…_thumb.jpg` or `…_preview.jpg`."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{_split(name)[0]}{ending}"
