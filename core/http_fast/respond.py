"""From what a WSGI application returns to bytes on the wire: one send where it can be, chunks where it must be."""

import os
import re
import time
from collections.abc import Iterable
from email.utils import formatdate
from types import TracebackType
from typing import Any, Final

from gunicorn.http.wsgi import FileWrapper

from hubbub.core.http_fast.connection import Connection
from hubbub.core.http_fast.errors import BadResponse

_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_STATUS: Final = re.compile(r"[1-9][0-9]{2}(?: [\t\x20-\x7e\x80-\xff]*)?")

_PLAIN: Final = 0
_LENGTH: Final = 1
_CONNECTION: Final = 2
_OURS: Final = 3
# Framing and connection are this module's to decide, so those fields of an application are dropped (PEP 3333).
_KINDS: Final = {
    "content-length": _LENGTH,
    "connection": _CONNECTION,
    **dict.fromkeys(("date", "keep-alive", "te", "trailers", "transfer-encoding", "upgrade"), _OURS),
}
_MAX_NAMES: Final = 500
_names: dict[str, int] = {}

_FILE_BLOCK: Final = 64 * 1024
_SENDFILE_BLOCK: Final = 1024 * 1024

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class _Date:
    """The Date line, made once a second."""

    second = 0
    line = ""


def _date_line() -> str:
    now = int(time.time())
    if now != _Date.second:
        _Date.second = now
        _Date.line = f"\r\ndate: {formatdate(now, usegmt=True)}\r\n\r\n"
    return _Date.line


def _kind_of(name: str) -> int:
    if type(name) is not str or not _NAME.fullmatch(name):
        raise BadResponse(f"header name {name!r} is not a token")
    kind = _KINDS.get(name.lower(), _PLAIN)
    if len(_names) < _MAX_NAMES:
        _names[name] = kind
    return kind


class Response:
    """One answer. `start` is the start_response of WSGI; `finish` sends what the application returned.

    `sent` counts the body's bytes; `close` says that the connection ends with this answer.
    """

    __slots__ = (
        "_chunked",
        "_connection",
        "_fields",
        "_left",
        "_no_body",
        "close",
        "headers",
        "headers_sent",
        "method",
        "sent",
        "status",
    )

    def __init__(self, connection: Connection, method: str, close: bool) -> None:
        self._connection = connection
        self._fields: list[str] = []
        self._left: int | None = None
        self._chunked = False
        self._no_body = False
        self.method = method
        self.close = close
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.headers_sent = False
        self.sent = 0

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Any:
        """Keep status and headers until there is a body to send them with. Source: PEP 3333.

        Raises BadResponse for a malformed status or header, and the error in `exc_info` if the head is gone already.
        """
        if exc_info is not None:
            try:
                if self.headers_sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self.status:
            raise BadResponse("start_response was called twice without exc_info")
        if type(status) is not str or not _STATUS.fullmatch(status):
            raise BadResponse(f"status {status!r} is malformed")
        self.headers = headers
        self._left = None
        self._read_fields(status, headers)
        self.status = status
        code = status[:3]
        self._no_body = self.method == "HEAD" or code in ("204", "304") or code[0] == "1"
        if code == "204" or code[0] == "1":
            # RFC 9110 section 8.6: no Content-Length in these.
            self._fields = [field for field in self._fields if not field.lower().startswith("\r\ncontent-length:")]
            self.close = self.close or code == "101"
        return self.write

    def _read_fields(self, status: str, headers: list[tuple[str, str]]) -> None:
        fields = ["HTTP/1.1 ", status]
        for name, value in headers:
            kind = _names.get(name)
            if kind is None:
                kind = _kind_of(name)
            # SECURITY: a CR or LF here would start a header, or an answer, of the attacker's (response splitting).
            if not (value.isascii() and value.isprintable()) and not _VALUE.fullmatch(value):
                raise BadResponse(f"the value of header {name!r} has characters that no header may have")
            if kind == _LENGTH:
                if self._left is not None or not (value.isascii() and value.isdigit()):
                    raise BadResponse(f"content-length {value!r} is not one number")
                self._left = int(value)
            elif kind == _CONNECTION:
                self.close = self.close or "close" in value.lower()
                continue
            elif kind == _OURS:
                continue
            fields.append(f"\r\n{name}: {value}")
        self._fields = fields

    def finish(self, iterable: Iterable[bytes], sendfile: bool) -> None:
        """Send the body. Raises what the iterable raises, OSErrors of the client, BadResponse."""
        if type(iterable) is list or type(iterable) is tuple:
            self._send_whole(iterable[0] if len(iterable) == 1 else b"".join(iterable))
            return
        if isinstance(iterable, FileWrapper):
            self._send_file(iterable, sendfile)
        else:
            for chunk in iterable:
                self.write(chunk)
        self._end()

    def _head(self, length: int | None) -> bytes:
        """Return the head; `length` is the body's size where it is known, None where it is not."""
        if not self.status:
            raise BadResponse("the application did not call start_response")
        fields = self._fields
        if self._left is None and not self._no_body:
            if length is None:
                self._chunked = True
                fields.append("\r\ntransfer-encoding: chunked")
            else:
                self._left = length
                fields.append(f"\r\ncontent-length: {length}")
        elif self._no_body and self._left is None and length and self.status[:3] not in ("204", "304"):
            fields.append(f"\r\ncontent-length: {length}")
        if self.close:
            fields.append("\r\nconnection: close")
        fields.append(_date_line())
        self.headers_sent = True
        return "".join(fields).encode("latin-1")

    def _send_whole(self, body: bytes) -> None:
        """Send head and body in one call: the path of nearly every answer."""
        if self.headers_sent:
            if body:
                self.write(body)
            self._end()
            return
        if type(body) is not bytes:
            raise BadResponse(f"the body is made of {type(body).__name__}, not of bytes")
        head = self._head(len(body))
        if self._no_body:
            self._connection.send(head)
            return
        self._connection.send(head + self._cut(body))
        self._end()

    def _cut(self, data: bytes) -> bytes:
        """Count `data`; return no more of it than the announced length has room for."""
        size = len(data)
        if self._left is not None:
            if size > self._left:
                size = self._left
                data = data[:size]
            self._left -= size
        self.sent += size
        return data

    def write(self, data: bytes) -> None:
        """Send a piece of the body now, the head before the first one."""
        if type(data) is not bytes:
            raise BadResponse(f"the body is made of {type(data).__name__}, not of bytes")
        if not data:
            return
        head = b"" if self.headers_sent else self._head(None)
        if self._no_body:
            data = b""
        elif self._chunked:
            self.sent += len(data)
            data = b"%x\r\n%b\r\n" % (len(data), data)
        else:
            data = self._cut(data)
        if head or data:
            self._connection.send(head + data)

    def _end(self) -> None:
        if not self.headers_sent:
            self._connection.send(self._head(0))
        if self._chunked:
            self._connection.send(b"0\r\n\r\n")
        elif self._left and not self._no_body:
            raise BadResponse(f"the body is {self._left} bytes shorter than its content-length")

    def _send_file(self, wrapper: FileWrapper, sendfile: bool) -> None:
        """Send a file: from the page cache to the socket where it is a real one, in blocks where it is not."""
        file = wrapper.filelike
        size = _size_of(file)
        if size is None:
            while block := file.read(_FILE_BLOCK):
                self.write(block)
            return
        length = size if self._left is None else min(size, self._left)
        if not self.headers_sent:
            self._connection.send(self._head(size))
        if self._no_body:
            return
        if sendfile:
            self._sendfile(file.fileno(), file.tell(), length)
            return
        while self._left and (block := file.read(_FILE_BLOCK)):
            self.write(block)

    def _sendfile(self, source: int, offset: int, length: int) -> None:
        connection = self._connection
        target = connection.client.fileno()
        connection.start_pace()
        while length:
            try:
                count = os.sendfile(target, source, offset, min(length, _SENDFILE_BLOCK))
            except BlockingIOError:
                connection.wait_writable()
                continue
            if not count:
                return
            connection.moved(count)
            offset += count
            length -= count
            self.sent += count
            if self._left is not None:
                self._left -= count


def _size_of(file: Any) -> int | None:
    """Return how many bytes a regular file has left, or None for anything else."""
    try:
        return max(os.fstat(file.fileno()).st_size - int(file.tell()), 0)
    except (AttributeError, OSError, ValueError):
        return None
