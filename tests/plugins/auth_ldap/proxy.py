"""A wire to the directory that can stall or break."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import gevent.event
from gevent.server import StreamServer


class Wire:
    """Passes bytes to and from a server; after `limit` bytes from the server it stalls, or breaks."""

    def __init__(self, port: int, *, limit: int | None = None, breaks: bool = False) -> None:
        self._target = port
        self._breaks = breaks
        self._left = limit
        self.stalled = gevent.event.Event()
        self.connections = 0
        self._server = StreamServer(("127.0.0.1", 0), self._serve)
        self._server.start()

    @property
    def port(self) -> int:
        return int(self._server.server_port)

    def _serve(self, client: socket.socket, _address: Any) -> None:
        self.connections += 1
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            back = gevent.spawn(self._pump, server, client, counts=True)
            self._pump(client, server, counts=False)
            back.join()

    def _pump(self, source: socket.socket, target: socket.socket, *, counts: bool) -> None:
        try:
            while data := source.recv(65_536):
                if counts and self._left is not None:
                    data, self._left = data[: self._left], max(0, self._left - len(data))
                if data:
                    target.sendall(data)
                if counts and self._left == 0:
                    self.stalled.set()
                    if self._breaks:
                        break
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def wire(port: int, **options: Any) -> Iterator[Wire]:
    """Yield a wire to a port."""
    made = Wire(port, **options)
    try:
        yield made
    finally:
        made.stop()
