"""wsgi.input of a large body: read from the socket as the application asks for it, never past its end."""

import io
from typing import TYPE_CHECKING, Final

from hubbub.core.http_fast.connection import Connection

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK: Final = 64 * 1024


class StreamedBody(io.RawIOBase):
    """The bytes of one body: those that came with the head, then the socket's. Constant memory; the client has to wait.

    Raises RequestTimeout for a client that sends too slowly and ClientGone for one that leaves before the end:
    a cut-off upload never looks complete.
    """

    def __init__(self, connection: Connection, start: int, length: int) -> None:
        end = start + length
        self._connection = connection
        self._early = memoryview(connection.buffer)[start:end]
        connection.buffer = connection.buffer[end:]
        connection.start_body()
        self.remaining = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")[: self.remaining]
        if not view:
            return 0
        early = self._early
        if early:
            size = min(len(early), len(view))
            view[:size] = early[:size]
            self._early = early[size:]
        else:
            size = self._connection.recv_into(view)
        self.remaining -= size
        return size

    def drain(self) -> None:
        """Throw the rest away. Raises like reading."""
        block = bytearray(min(self.remaining, _BLOCK))
        while self.remaining:
            self.readinto(block)


def buffered(body: StreamedBody) -> io.BufferedReader:
    """Return `body` with read, readline, readlines and iteration, as PEP 3333 wants them."""
    return io.BufferedReader(body, _BLOCK)
