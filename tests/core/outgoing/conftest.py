"""A server on loopback that answers well, slowly, largely, or with redirects."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import gevent
import pytest

from hubbub.core.outgoing import OutgoingHttp

LARGE = 300_000


class Handler(BaseHTTPRequestHandler):
    """`/status/N`, `/to?ADDRESS` (a redirect), `/large`, `/drip` (never ends); anything else tells what was asked."""

    def do_GET(self) -> None:
        name, _, rest = self.path.lstrip("/").partition("?")
        match name.split("/"):
            case ["status", status]:
                self.answer(int(status), b"as asked")
            case ["to"]:
                self.answer(302, b"", Location=rest)
            case ["large"]:
                self.answer(200, b"x" * LARGE)
            case ["drip"]:
                self.drip()
            case _:
                length = int(self.headers.get("Content-Length", 0))
                self.server.seen.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
                self.answer(200, b"hello")

    do_POST = do_GET

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        """A byte at a time: each comes soon enough, the whole never."""
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(200):
                self.wfile.write(b".")
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def other() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.seen = []
    served = gevent.spawn(server.serve_forever, 0.05)
    yield server
    server.shutdown()
    served.join()
    server.server_close()


@pytest.fixture
def url(other: ThreadingHTTPServer) -> str:
    other.seen.clear()
    return f"http://localhost:{other.server_port}"


@pytest.fixture
def settings() -> SimpleNamespace:
    return SimpleNamespace(
        OutgoingIntegrationRequestsTimeout=30,
        EnableInsecureOutgoingConnections=False,
        AllowedUntrustedInternalConnections="localhost",
    )


@pytest.fixture
def outgoing(settings: SimpleNamespace) -> OutgoingHttp:
    return OutgoingHttp(lambda: SimpleNamespace(ServiceSettings=settings))
