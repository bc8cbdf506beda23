"""WebSockets of a worker that speaks TLS itself: a socket pair between the hub and the TLS socket.

Keys and buffers of TLS belong to Python's socket object, so the descriptor alone is of no use to the hub. Two
greenlets per connection carry the bytes; a proxy in front that ends TLS saves them.
"""

import _socket
import contextlib
import socket
from typing import Any, Final

import gevent

_CHUNK: Final = 65_536


class Bridge:
    """Carries bytes between `outside` (a TLS socket) and the end of a pair that the hub holds."""

    def __init__(self, outside: Any) -> None:
        self._outside = outside
        self._inside, self._hubs = socket.socketpair()

    def take(self) -> _socket.socket:
        """Return the hub's end as a raw, non-blocking socket."""
        raw = _socket.socket(self._hubs.family, self._hubs.type, 0, self._hubs.detach())
        raw.setblocking(False)
        return raw

    def run(self) -> None:
        """Carry bytes until both sides have ended."""
        outside, inside = self._outside, self._inside
        outside.settimeout(None)
        outwards = gevent.spawn(_carry, inside, outside)
        try:
            _carry(outside, inside)
            outwards.join()
        finally:
            outwards.kill()
            inside.close()


def _carry(source: Any, target: Any) -> None:
    """Copy bytes until the source ends, then end the target's other half."""
    # ValueError: the other greenlet half-closed the TLS socket, which ends TLS on it, while this one was reading.
    with contextlib.suppress(OSError, ValueError):
        while data := source.recv(_CHUNK):
            target.sendall(data)
    with contextlib.suppress(OSError):
        # A TLS socket half-closes below TLS: its last record is on the wire already.
        target.shutdown(socket.SHUT_WR)
