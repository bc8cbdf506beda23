"""What a route's handler may return when plain data isn't enough."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

OK: Final[dict[str, str]] = {"status": "OK"}
"""The answer of an operation that has nothing else to say."""

NDJSON: Final = "application/x-ndjson"


class Reply:
    """A body together with a status, headers, cookies, an ETag or another content type.

    `body`: a record, list or dict (encoded as JSON), `bytes` (sent as they are), `str` (sent as UTF-8), None (empty),
    or an iterator of bytes (streamed, never compressed; its `close()` is called at the end).
    `status`: HTTP status, by default the route's own. `etag`: the bare validator, without quotes; a request that
    already has it gets a 304. `content_type`: by default exactly `application/json`.
    """

    __slots__ = ("body", "content_type", "cookies", "etag", "headers", "status")

    def __init__(
        self,
        body: Any = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        content_type: str | None = None,
    ) -> None:
        self.body = body
        self.status = status
        self.headers: dict[str, str] = dict(headers) if headers else {}
        self.etag = etag
        self.content_type = content_type
        self.cookies: list[str] = []


def redirect(location: str, status: int = 302) -> Reply:
    """Return a redirection to `location`."""
    return Reply(b"", status, {"Location": location}, content_type="text/plain; charset=utf-8")


def stream(chunks: Iterable[bytes], content_type: str = NDJSON, status: int | None = None) -> Reply:
    """Return a reply whose chunks are sent as they come."""
    return Reply(iter(chunks), status, content_type=content_type)


def not_modified(etag: str) -> Reply:
    """Return the answer for a client that has the current version (see `Request.etag_matches`)."""
    return Reply(None, 304, etag=etag)
