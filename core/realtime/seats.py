"""Take a socket over from whoever accepted it; from then on it belongs to the hub.

Two seats: our own worker (`hubbub.detach` in the environ), and gevent-websocket, whose handler has answered the
handshake before the application is called (`wsgi.websocket`).
"""

import _socket
import contextlib
from collections.abc import Mapping
from typing import Any, Final

from hubbub.core.realtime.errors import UpgradeImpossible
from hubbub.core.realtime.handshake import accept_response, check_upgrade

_MAX_EARLY: Final = 65_536


class Seat:
    """A way to a raw socket. `answered`: the 101 is on the wire already, so that no other answer is possible."""

    answered = False

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self.environ = environ

    def check(self) -> None:
        """Raise `UpgradeFailed` for a request that is no WebSocket upgrade."""

    def take(self) -> tuple[_socket.socket, bytes]:
        """Return the raw non-blocking socket with the 101 sent, and the bytes that came after the request."""
        raise NotImplementedError


class OwnSeat(Seat):
    """Our worker's socket."""

    _key = ""

    def check(self) -> None:
        self._key = check_upgrade(self.environ)

    def take(self) -> tuple[_socket.socket, bytes]:
        sock, early = self.environ["hubbub.detach"]()
        try:
            response = accept_response(self._key)
            if sock.send(response) != len(response):
                raise OSError("the handshake's answer was cut")
        except OSError:
            sock.close()
            raise
        return sock, early


class GeventWebSocketSeat(Seat):
    """The socket of a gevent-websocket handler, under gunicorn or gevent's own server."""

    answered = True

    def take(self) -> tuple[_socket.socket, bytes]:
        websocket = self.environ["wsgi.websocket"]
        handler = websocket.handler
        sock = handler.socket
        early = _buffered(handler)
        # gevent-websocket closes what is not closed when the application returns: tell it that all is done.
        websocket.closed = True
        websocket.stream = websocket.raw_read = websocket.raw_write = None
        family, kind = sock.family, sock.type
        handler.rfile.close()
        raw = _socket.socket(family, kind, 0, sock.detach())
        raw.setblocking(False)
        return raw, early


def _buffered(handler: Any) -> bytes:
    """Return what the handler's file has read beyond the request, without waiting."""
    sock = handler.socket
    timeout = sock.gettimeout()
    sock.settimeout(0.0)
    try:
        with contextlib.suppress(BlockingIOError):
            return handler.rfile.peek(_MAX_EARLY) or b""
    finally:
        sock.settimeout(timeout)
    return b""


def find_seat(environ: Mapping[str, Any]) -> Seat:
    """Return how this request's socket can be taken. Raises `UpgradeFailed`, `UpgradeImpossible`."""
    if environ.get("wsgi.websocket") is not None:
        return GeventWebSocketSeat(environ)
    if "hubbub.detach" in environ:
        return OwnSeat(environ)
    check_upgrade(environ)
    raise UpgradeImpossible
