"""Take a socket over from whoever accepted it; from then on it belongs to the hub.

Two seats: our own worker (`hubbub.detach` in the environ), and gevent-websocket, whose handler has answered the
handshake before the application is called (`wsgi.websocket`). A worker that speaks TLS keeps its socket: see `tls`.
"""

import _socket
import contextlib
import ssl
from collections.abc import Mapping
from typing import Any, Final

from greenlet import GreenletExit

from hubbub.core.realtime.errors import UpgradeImpossible
from hubbub.core.realtime.handshake import accept_response, check_upgrade
from hubbub.core.realtime.tls import Bridge

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

    def stay(self) -> None:
        """Do what the connection needs of this greenlet while it lives; nothing, where its socket could be taken."""


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
    _bridge: Bridge | None = None

    def take(self) -> tuple[_socket.socket, bytes]:
        websocket = self.environ["wsgi.websocket"]
        handler = websocket.handler
        sock = handler.socket
        if isinstance(sock, ssl.SSLSocket):
            return self._bridged(websocket, handler)
        early = _buffered(handler)
        # gevent-websocket closes what is not closed when the application returns: tell it that all is done.
        websocket.closed = True
        websocket.stream = websocket.raw_read = websocket.raw_write = None
        family, kind = sock.family, sock.type
        handler.rfile.close()
        raw = _socket.socket(family, kind, 0, sock.detach())
        raw.setblocking(False)
        return raw, early

    def _bridged(self, websocket: Any, handler: Any) -> tuple[_socket.socket, bytes]:
        early = _buffered(handler)
        websocket.closed = True
        self._bridge = Bridge(handler.socket)
        return self._bridge.take(), early

    def stay(self) -> None:
        if self._bridge is not None:
            self._bridge.run()


class TlsSeat(Seat):
    """The TLS socket of gunicorn's own gevent code, which our worker leaves all of TLS to."""

    _key = ""
    _bridge: Bridge | None = None

    def check(self) -> None:
        self._key = check_upgrade(self.environ)

    def take(self) -> tuple[_socket.socket, bytes]:
        sock = self.environ["gunicorn.socket"]
        sock.sendall(accept_response(self._key))
        self._bridge = Bridge(sock)
        return self._bridge.take(), self._early()

    def _early(self) -> bytes:
        """Return what gunicorn's parser has read beyond the request."""
        reader = getattr(self.environ["wsgi.input"], "reader", None)
        unreader = getattr(reader, "unreader", None)
        early = unreader.take_buffered() if unreader is not None else b""
        return bytes(early)

    def stay(self) -> None:
        if self._bridge is not None:
            self._bridge.run()
            # gunicorn would now write the application's answer into the ended connection: end its greenlet instead.
            raise GreenletExit


def _buffered(handler: Any) -> bytes:
    """Return what the handler's file has read beyond the request, without waiting."""
    sock = handler.socket
    timeout = sock.gettimeout()
    sock.settimeout(0.0)
    try:
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
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
    if environ.get("wsgi.multithread") and isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket):
        return TlsSeat(environ)
    check_upgrade(environ)
    raise UpgradeImpossible
