"""Files on their way to a browser or an app: parts of them, names, and what a browser may do with them."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from hubbub.core.contracts.files import FileStore
from hubbub.core.http import Reply, Request
from hubbub.core.http.request import matches
from hubbub.plugins.files.errors import ContentMissing
from hubbub.plugins.files.records import StoredFile

SHOWN: Final = frozenset(
    "image/jpeg image/png image/bmp image/gif image/tiff image/webp video/mp4 video/webm video/mpeg video/avi"
    " audio/mpeg audio/wav audio/ogg application/pdf".split()
)
"""Types that a browser may show in a page of its own; all others are saved."""
POLICY: Final = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})").fullmatch
_CONTROLS: Final = re.compile(r'[^\x20-\x7e]|["\\;%]')
JPEG: Final = "image/jpeg"
PRESIGNED_S: Final = 604_800
"""The longest time that a store may let clients fetch a file by an address; what it allows is its own setting."""


def serve(req: Request, store: FileStore, file: StoredFile, *, cache: str = "private") -> Reply:
    """Return a file, or the part of it that is asked for. Raises `ContentMissing`."""
    info = file.info
    return _reply(req, store, file.path, f"{info.id}.{info.size}", info.mime_type, info.name, cache)


def serve_picture(req: Request, store: FileStore, file: StoredFile, path: str, kind: str) -> Reply:
    """Return a smaller picture of a file."""
    return _reply(req, store, path, f"{file.info.id}.{kind}", JPEG, file.info.name, "private")


def _reply(req: Request, store: FileStore, path: str, etag: str, type: str, name: str, cache: str) -> Reply:
    # SECURITY: what could run scripts in the page's origin is never shown there, whatever its sender called it.
    shown = type in SHOWN and not req.query_bool("download")
    told = {
        "Cache-Control": f"max-age=86400, {cache}",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; {_filename(name)}",
    }
    if (url := store.presigned_url(path, seconds=PRESIGNED_S, headers={**told, "Content-Type": type})) is not None:
        return Reply(b"", 302, {"Location": url, "Cache-Control": "no-store"})
    try:
        size = store.size(path)
    except FileNotFoundError as error:
        raise ContentMissing from error
    headers = {
        **told,
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
    }
    wanted = _range(req, etag, size)
    if wanted is None:
        headers["Content-Length"] = str(size)
        return Reply(_pieces(store, path, 0, size), headers=headers, etag=etag, content_type=type)
    start, end = wanted
    if start >= end:
        unsatisfied = {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
        return Reply(b"", 416, unsatisfied, content_type="text/plain; charset=utf-8")
    headers |= {"Content-Length": str(end - start), "Content-Range": f"bytes {start}-{end - 1}/{size}"}
    return Reply(_pieces(store, path, start, end), 206, headers, etag, type)


def _pieces(store: FileStore, path: str, start: int, end: int) -> Iterator[bytes]:
    yield from store.read(path, start=start, end=end)


def _range(req: Request, etag: str, size: int) -> tuple[int, int] | None:
    """Return the part that is asked for (from, to before), None for all of it; an empty part can't be had.

    One range only: for several, and for what can't be understood, all of it is the answer that RFC 9110 allows.
    """
    found = _RANGE(req.header("Range").replace(" ", ""))
    if req.method != "GET" or found is None or found[0] == "bytes=-":
        return None
    condition = req.header("If-Range")
    if condition and not (condition.startswith('"') and matches(condition, etag)):
        return None
    first, last = found.groups()
    if not first:
        return max(0, size - int(last)), size
    start = int(first)
    if last and int(last) < start:
        return None
    return start, min(size, int(last) + 1 if last else size)


def _filename(name: str) -> str:
    plain = _CONTROLS.sub("_", name)
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
