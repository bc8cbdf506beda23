"""The listener of a server that speaks TLS itself: handshakes that take too long, or fail, are ended quietly."""

import ssl
from contextlib import closing
from typing import Any

import gevent
from gevent.server import StreamServer


class TlsServer(StreamServer):
    """Accepts TLS connections and hands them to `handle(client, address)` after a handshake of at most `seconds`."""

    def __init__(self, sock: Any, *, context: ssl.SSLContext, seconds: float, **options: Any) -> None:
        super().__init__(sock, ssl_context=context, **options)
        self._context = context
        self._seconds = seconds
        self._shaking: set[Any] = set()

    def wrap_socket_and_handle(self, client_socket: Any, address: Any) -> Any:
        """Serve one connection; whoever offers no handshake is not worth a record in the log."""
        current = gevent.getcurrent()
        self._shaking.add(current)
        try:
            with gevent.Timeout(self._seconds, TimeoutError("TLS handshake")):
                client = self._context.wrap_socket(client_socket, server_side=True)
        except OSError:
            return None
        finally:
            self._shaking.discard(current)
        with closing(client):
            return self.handle(client, address)

    def end_handshakes(self) -> None:
        """End the connections that have asked for nothing yet, so that a stop need not wait for them."""
        for greenlet in list(self._shaking):
            greenlet.kill(block=False)
