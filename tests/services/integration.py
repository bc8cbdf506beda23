"""A server of somebody's integration on loopback: answers what a test tells it to, and remembers what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from gevent.event import Event

ALLOWED = {"AllowedUntrustedInternalConnections": "127.0.0.1", "SiteURL": "http://chat.example.com"}
"""What ServiceSettings must say for integrations on this machine."""


class Asked:
    """One request that came."""

    def __init__(self, method: str, target: str, headers: Any, body: bytes) -> None:
        parts = urlsplit(target)
        self.method, self.path, self.headers, self.body = method, parts.path, headers, body
        self._query = parts.query

    @property
    def form(self) -> dict[str, list[str]]:
        """The form's fields, or the query's."""
        return parse_qs(self.body.decode() or self._query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Integration:
    """What it answers next, and what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/answer"
        self.asked: list[Asked] = []
        self.status = 200
        self.content_type = "application/json"
        self.body: bytes = b"{}"
        self.hold = Event()
        self.hold.set()

    def answers(self, body: Any, *, status: int = 200, content_type: str = "application/json") -> None:
        """Set the next answers: JSON, or bytes as they are."""
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.content_type = status, content_type


@contextmanager
def running() -> Iterator[Integration]:
    """Yield an integration that runs until the end of the context."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            integration.asked.append(Asked(self.command, self.path, self.headers, body))
            integration.hold.wait()
            self.send_response(integration.status)
            self.send_header("Content-Type", integration.content_type)
            self.send_header("Content-Length", str(len(integration.body)))
            self.end_headers()
            with suppress(OSError):  # who asked may have gone
                self.wfile.write(integration.body)

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    integration = Integration(http.server_address[1])
    thread = Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    yield integration
    integration.hold.set()
    http.shutdown()
    thread.join()
    http.server_close()
