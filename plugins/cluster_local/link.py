"""The sending half of the connection to one other worker: never waits, holds back a bounded amount."""

from _socket import socket
from collections import deque
from collections.abc import Callable
from typing import Any, Final

MAX_HELD_BACK: Final = 16 * 1024 * 1024
_READ: Final = 1
_WRITE: Final = 2


class Link:
    """Bytes to one worker. `closed(link)` is called once, in the loop, when the link ends by itself."""

    def __init__(
        self, name: str, peer: socket, loop: Any, closed: Callable[["Link"], None], max_held_back: int = MAX_HELD_BACK
    ) -> None:
        self.name = name
        self.held_back = 0
        self._socket = peer
        self._closed = closed
        self._max = max_held_back
        self._queue: deque[bytes] = deque()
        self._writable = loop.io(peer.fileno(), _WRITE)
        self._writing = False
        # Nothing ever comes back on this connection but its end.
        self._ended = loop.io(peer.fileno(), _READ)
        self._ended.start(self._on_end)
        self.open = True

    def send(self, data: bytes) -> None:
        """Send at once what the socket takes and hold back the rest; too much held back ends the link."""
        if not self.open:
            return
        if not self._queue:
            data = data[self._try(data) :]
            if not data:
                return
        self._queue.append(data)
        self.held_back += len(data)
        if self.held_back > self._max:
            self._fail()
        elif not self._writing and self.open:
            self._writing = True
            self._writable.start(self._on_writable)

    def _try(self, data: bytes) -> int:
        try:
            return self._socket.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self._fail()
            return len(data)

    def _on_writable(self) -> None:
        while self._queue and self.open:
            data = self._queue.popleft()
            sent = self._try(data)
            self.held_back -= sent
            if sent < len(data):
                self._queue.appendleft(data[sent:])
                return
        if self.open:
            self._writing = False
            self._writable.stop()

    def _on_end(self) -> None:
        try:
            if self._socket.recv(4096):
                return
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self._fail()

    def _fail(self) -> None:
        if self.open:
            self.close()
            self._closed(self)

    def close(self) -> None:
        """End the link without telling anybody; what is held back is lost."""
        if self.open:
            self.open = False
            self._queue.clear()
            for watcher in (self._writable, self._ended):
                watcher.stop()
                watcher.close()
            self._socket.close()
