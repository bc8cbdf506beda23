"""What can end a connection early, and the answers given before any application code ran."""

from typing import Final

_REASONS: Final = {
    400: "Bad Request",
    408: "Request Timeout",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
}


class IdleTimeout(TimeoutError):
    """No request came within the keep-alive time, or the worker is stopping: close without a word."""


class RequestTimeout(TimeoutError):
    """The client sends its head or body too slowly: 408 if nothing was answered yet."""


class WriteTimeout(TimeoutError):
    """The client takes the answer too slowly: abort."""


class ClientGone(ConnectionError):
    """The client closed before its request was complete."""


class ApplicationError(Exception):
    """The application raised an OSError of its own: a 500, not a lost client."""


class BadResponse(Exception):
    """The application broke WSGI: wrong status, header or body; a 500 if nothing was sent yet."""


def error_response(status: int) -> bytes:
    """Return a whole answer that also says the connection ends here."""
    reason = _REASONS[status]
    body = f"{status} {reason}\n".encode()
    head = f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body
