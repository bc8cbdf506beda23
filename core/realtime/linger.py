"""The end of a socket: send what must still go, half-close, read until the client closes too, then close.

Closing with unread bytes would send a reset, and the reset would overtake the close frame.
"""

import _socket
from typing import Any, Final

from gevent import get_hub

_READ: Final = 1
_WRITE: Final = 2
_DRAIN_BYTES: Final = 65_536
_MAX_DRAINED: Final = 1 << 20


class Linger:
    """A socket that is being closed; in `open_ones` until it is."""

    __slots__ = ("_drained", "_open_ones", "_pending", "_sock", "_watcher")

    def __init__(self, sock: _socket.socket, pending: bytes, open_ones: "set[Linger]") -> None:
        self._sock: _socket.socket | None = sock
        self._pending = pending
        self._open_ones = open_ones
        self._drained = 0
        self._watcher: Any = None
        open_ones.add(self)
        self._send()

    def _send(self) -> None:
        sock = self._sock
        if sock is None:
            return
        try:
            sent = sock.send(self._pending) if self._pending else 0
            self._pending = self._pending[sent:]
            if not self._pending:
                sock.shutdown(_socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        self._watch(_WRITE if self._pending else _READ)

    def _watch(self, events: int) -> None:
        self._stop_watching()
        assert self._sock is not None
        self._watcher = get_hub().loop.io(self._sock.fileno(), events)
        self._watcher.start(self._send if events == _WRITE else self._drain)

    def _drain(self) -> None:
        if self._sock is None:
            return
        try:
            data = self._sock.recv(_DRAIN_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._drained += len(data)
        if not data or self._drained > _MAX_DRAINED:
            self.close()

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.stop()
            self._watcher.close()
            self._watcher = None

    def close(self) -> None:
        """Close the socket now."""
        self._stop_watching()
        self._open_ones.discard(self)
        if self._sock is not None:
            self._sock.close()
            self._sock = None
