"""A virtual address: a port of ours that leads to one server, and can be made to lead to another."""

import socket
from contextlib import suppress
from types import TracebackType
from typing import Self

import gevent

from hubbub.tests.services.process import HOST, free_port


class Forwarder:
    """Pass connections on to `port`; those that are open stay with the server that they were opened to."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = free_port()
        self._pipes: list[tuple[socket.socket, socket.socket]] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server((HOST, self.port))
        self._greenlet = gevent.spawn(self._accept)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._greenlet.kill()
        self._listener.close()
        self.cut()

    def move(self, port: int) -> None:
        """Have new connections lead to another server."""
        self.target = port

    def cut(self) -> None:
        """End all connections."""
        pipes, self._pipes = self._pipes, []
        for pipe in pipes:
            for end in pipe:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection((HOST, self.target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self._pipes.append((client, server))
            gevent.spawn(self._pass_on, client, server)
            gevent.spawn(self._pass_on, server, client)

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
