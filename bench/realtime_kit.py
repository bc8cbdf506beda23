"""Starts the server of the WebSocket benchmarks under gunicorn, and connects many plain sockets to it."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

PATH = "/api/v4/websocket"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class BenchServer:
    """A running server; `ask` does one HTTP request."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sockets: list[socket.socket] = []

    def ask(self, path: str, method: str = "GET") -> dict[str, Any]:
        """Return the JSON answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            result: dict[str, Any] = json.load(answer)
            return result

    def connect(self, count: int) -> None:
        """Open WebSockets, each of another user, up to `count`; return when every hello has come."""
        while len(self.sockets) < count:
            batch = [self._open(len(self.sockets) + number) for number in range(min(100, count - len(self.sockets)))]
            for sock in batch:
                _read_hello(sock)
            self.sockets += batch

    def _open(self, number: int) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        sock.sendall(
            f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            f"Authorization: Bearer user{number}\r\n\r\n".encode()
        )
        return sock


def _read_hello(sock: socket.socket) -> None:
    data = b""
    while b'"seq":0}' not in data:
        more = sock.recv(4096)
        if not more:
            raise SystemExit(f"the server closed instead of saying hello: {data!r}")
        data += more


@contextlib.contextmanager
def bench_server(worker: str = "hubbub.core.worker.Worker") -> Iterator[BenchServer]:
    """Run the server in a process of its own (one worker) and stop it at the end."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "gunicorn", "hubbub.bench.realtime_app:application", "-k", worker]
        command += ["-b", f"127.0.0.1:{port}", "--worker-connections", "20000", "--no-control-socket"]
        command += ["--graceful-timeout", "5", "--log-level", "warning"]
        process = subprocess.Popen(command, env=os.environ | {"BENCH_FOLDER": folder})
        server = BenchServer(port)
        try:
            _wait(server, process)
            yield server
        finally:
            for sock in server.sockets:
                sock.close()
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _wait(server: BenchServer, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            server.ask("/bench/state")
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit("the server did not start")
