"""Under a real gunicorn: our worker, and gevent-websocket's."""

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
import msgspec
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from hubbub.core.ids import new_id
from hubbub.tests.core.realtime.world import PATIENCE, Client, wait_for

WORKERS = {
    "own": "hubbub.core.worker.Worker",
    "gevent-websocket": "geventwebsocket.gunicorn.workers.GeventWebSocketWorker",
}
TLS_WORKERS = {"stock": "gevent", "gevent-websocket": WORKERS["gevent-websocket"]}


@dataclass
class Gunicorn:
    process: subprocess.Popen[bytes]
    port: int
    worker: str
    tls: bool = False

    @property
    def trusting(self) -> ssl.SSLContext | None:
        """Return a client's context that takes the test's own certificate."""
        if not self.tls:
            return None
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def ask(self, path: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(f"http{'s' * self.tls}://127.0.0.1:{self.port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE, context=self.trusting) as answer:
            body: bytes = answer.read()
            return body

    def user(self) -> Client:
        headers = {"Authorization": f"Bearer user-{new_id()}"}
        url = f"ws{'s' * self.tls}://127.0.0.1:{self.port}/api/v4/websocket"
        options: dict[str, Any] = {"ping_interval": None, "open_timeout": PATIENCE, "ssl": self.trusting}
        client = Client(connect(url, additional_headers=headers, **options).__enter__())
        assert client.next()["event"] == "hello"
        return client

    @property
    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(self.ask("/count"))
        return False


@pytest.fixture(params=WORKERS)
def gunicorn(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gunicorn]:
    yield from running(WORKERS[request.param], tmp_path)


@pytest.fixture(params=TLS_WORKERS)
def tls_gunicorn(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gunicorn]:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    yield from running(TLS_WORKERS[request.param], tmp_path, "--certfile", str(certificate), "--keyfile", str(key))


def running(worker: str, folder: Path, *options: str) -> Iterator[Gunicorn]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "hubbub.tests.core.realtime.gunicorn_app:application"]
    command += ["-k", worker, "-b", f"127.0.0.1:{port}", "--no-control-socket"]
    command += ["--graceful-timeout", "5", "--log-level", "warning", *options]
    environ = os.environ | {"APP_FOLDER": str(folder)}
    process = subprocess.Popen(command, env=environ)
    server = Gunicorn(process, port, worker, tls=bool(options))
    try:
        wait_for(lambda: server.answers or process.poll() is not None, seconds=30)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def test_life_of_a_connection(gunicorn: Gunicorn) -> None:
    clients = [gunicorn.user() for _ in range(10)]
    gunicorn.ask("/event", "POST")
    assert [client.next()["data"] for client in clients] == [{"n": 1}] * 10
    assert clients[0].act("ping")["data"]["text"] == "pong"
    clients[0].inner.close()
    for client in clients[1:]:
        client.cut()
    wait_for(lambda: msgspec.json.decode(gunicorn.ask("/count")) == {"count": 0})


def test_stop_says_goodbye_and_is_quick(gunicorn: Gunicorn) -> None:
    # A stock worker doesn't tell the application that it stops: its sockets just end.
    expected = 1001 if gunicorn.worker == WORKERS["own"] else None
    clients = [gunicorn.user() for _ in range(5)]
    stopping = gevent.spawn(gunicorn.process.send_signal, signal.SIGTERM)
    for client in clients:
        with pytest.raises(ConnectionClosed) as caught:
            client.next()
        assert (caught.value.rcvd.code if caught.value.rcvd else None) == expected
    stopping.get()
    with gevent.Timeout(10):
        assert gunicorn.process.wait() == 0


def test_worker_that_speaks_tls_itself(tls_gunicorn: Gunicorn) -> None:
    clients = [tls_gunicorn.user() for _ in range(3)]
    tls_gunicorn.ask("/event", "POST")
    assert [client.next()["data"] for client in clients] == [{"n": 1}] * 3
    assert clients[0].act("ping")["data"]["text"] == "pong"
    clients[0].inner.close(4000)
    assert clients[0].inner.protocol.close_code == 4000
    clients[1].inner.send("x" * 9000)
    with pytest.raises(ConnectionClosed) as caught:
        clients[1].next()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009
    clients[2].cut()
    wait_for(lambda: msgspec.json.decode(tls_gunicorn.ask("/count")) == {"count": 0})
