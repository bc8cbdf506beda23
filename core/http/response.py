"""The answer on its way out: body, ETag, gzip, and the headers that every answer has."""

from typing import Any, Final

import falcon

from hubbub.core import json
from hubbub.core.http import compression
from hubbub.core.http.headers import clean_value
from hubbub.core.http.reply import Reply
from hubbub.core.http.request import Request, matches

NOT_MODIFIED: Final = "304 Not Modified"


class Response(falcon.Response):
    """A falcon response whose headers can be merged at once."""

    __slots__ = ("size",)

    size: int
    """Bytes of the body, -1 for a streamed one."""

    def merge(self, headers: dict[str, str]) -> None:
        """Set prebuilt headers; names in lower case, values clean.

        PERF: falcon's own `set_headers` takes a check per header; these are the same for every answer.
        """
        self._headers.update(headers)

    def add_vary(self, name: str) -> None:
        """Add a request header's name to Vary."""
        present = self._headers.get("vary")
        if present is None:
            self._headers["vary"] = name
        elif name.lower() not in present.lower():
            self._headers["vary"] = f"{present}, {name}"


def render(result: object, resp: Response, req: Request) -> None:
    """Put what a handler returned into the response."""
    if type(result) is bytes:
        resp.data = result
    elif isinstance(result, Reply):
        _render_reply(result, resp, req)
    else:
        resp.data = json.encode(result)


def _render_reply(reply: Reply, resp: Response, req: Request) -> None:
    if reply.status is not None:
        resp.status = falcon.code_to_http_status(reply.status)
    if _client_has_it(reply, resp, req):
        resp.status = NOT_MODIFIED
        resp.add_vary("Accept-Encoding")
        _close(reply.body)
    else:
        # Before the headers: what can't be encoded must not leave them on the error's answer.
        _render_body(reply.body, resp, req)
        if reply.content_type is not None:
            resp.content_type = clean_value(reply.content_type)
    for name, value in reply.headers.items():
        resp.set_header(name, clean_value(value))
    for cookie in reply.cookies:
        resp.append_header("set-cookie", cookie)
    if reply.etag is not None:
        resp.set_header("etag", f'"{clean_value(reply.etag)}"')


def _client_has_it(reply: Reply, resp: Response, req: Request) -> bool:
    """Say whether the answer is a 304: the handler said so, or the client's validator is the current one."""
    if reply.status == 304:
        return True
    sent = req.env.get("HTTP_IF_NONE_MATCH")
    if sent is None or reply.etag is None or req.method not in ("GET", "HEAD"):
        return False
    return str(resp.status)[:1] == "2" and matches(sent, reply.etag)


def _render_body(body: Any, resp: Response, req: Request) -> None:
    if body is None:
        resp.data = b""
    elif isinstance(body, bytes):
        resp.data = body
    elif isinstance(body, str):
        resp.data = body.encode("utf-8", "replace")
    elif hasattr(body, "__next__") or hasattr(body, "read"):
        if req.method == "HEAD":
            _close(body)
            body = iter(())  # falcon then gives no length, which isn't known
        resp.stream = body
    else:
        resp.data = json.encode(body)


def _close(body: Any) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()


def compress(resp: Response, accept_encoding: str | None) -> None:
    """Compress the body where it pays and the client takes it; say that the answer depends on it."""
    data = resp.data
    if data is None or len(data) < compression.MINIMUM:
        return
    if not compression.compressible(resp.content_type or "application/json", len(data)):
        return
    if resp.get_header("content-encoding") is not None or resp.get_header("content-range") is not None:
        return
    resp.add_vary("Accept-Encoding")
    if accept_encoding is None or not compression.accepts_gzip(accept_encoding):
        return
    resp.data = compression.compress(data)
    resp.set_header("content-encoding", "gzip")
    etag = resp.get_header("etag")
    if etag is not None and not etag.startswith("W/"):
        # The compressed bytes differ, so the validator holds for the meaning only (RFC 9110 section 8.8.1).
        resp.set_header("etag", "W/" + etag)
