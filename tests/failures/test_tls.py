"""The server speaks TLS itself: HTTPS and WebSockets answer, and hostile handshakes keep nobody out."""

import json
import socket
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import gevent
import pytest
from websockets.sync.client import connect

from hubbub.core.testing import PASSWORD, LiveServer
from hubbub.core.testing.client import Answer, Client, HttpTransport

SILENT = 200


class TlsServer(LiveServer):
    """A `LiveServer` whose clients speak TLS and trust its certificate."""

    context: ssl.SSLContext

    def client(self) -> Client:
        """See `LiveServer.client`."""
        return Client(HttpsTransport(self.host, self.port, self.context))


class HttpsTransport(HttpTransport):
    """Sends each request over a TLS connection of its own."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port)
        self._url = f"https://{host}:{port}"
        self._context = context

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request."""
        sent = {"Content-Type": "application/json"} | headers
        request = urllib.request.Request(self._url + target, body or None, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20, context=self._context) as answer:
                return Answer(answer.status, answer.getheaders(), answer.read())
        except urllib.error.HTTPError as answer:
            return Answer(answer.code, list(answer.headers.items()), answer.read())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsServer]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    make_certificate(certificate, key)
    service = {"ConnectionSecurity": "TLS", "TLSCertFile": str(certificate), "TLSKeyFile": str(key)}
    TlsServer.context = ssl.create_default_context(cafile=str(certificate))
    with TlsServer({"ServiceSettings": service}) as started:
        yield started


def make_certificate(certificate: Path, key: Path) -> None:
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
        f" -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )


def test_people_sign_in_post_and_hear_of_it(server: TlsServer) -> None:
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    with connect(
        f"wss://127.0.0.1:{server.port}/api/v4/websocket",
        ssl=server.context,
        additional_headers={"Authorization": f"Bearer {alice.token}"},
        proxy=None,
    ) as websocket:
        assert json.loads(websocket.recv(10))["event"] == "hello"
        sent = alice.create_post(channel, "x" * 10_000)
        with gevent.Timeout(20):
            while (heard := json.loads(websocket.recv(10)))["event"] != "posted":
                pass
    assert json.loads(heard["data"]["post"])["id"] == sent["id"]


def test_plain_http_on_the_port_is_turned_away(server: TlsServer) -> None:
    with socket.create_connection((server.host, server.port), 10) as client:
        client.sendall(b"GET /api/v4/system/ping HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(ConnectionResetError):
            assert b"200 OK" not in client.recv(1000)
    assert server.client().get("/system/ping").status == 200


def test_clients_that_never_finish_their_handshake_keep_nobody_out(server: TlsServer) -> None:
    with ExitStack() as stack:
        for _ in range(SILENT):
            silent = stack.enter_context(socket.create_connection((server.host, server.port), 10))
            silent.sendall(b"\x16\x03\x01\x02\x00")
        assert server.client().get("/system/ping").status == 200


def test_a_client_in_its_handshake_does_not_hold_up_the_end(server: TlsServer) -> None:
    with socket.create_connection((server.host, server.port), 10) as silent:
        silent.sendall(b"\x16\x03\x01\x02\x00")
        gevent.sleep(0.2)
        with gevent.Timeout(8):  # the grace for requests is 10 seconds
            server.stop()
    server.start()
    assert server.create_user("bob", password=PASSWORD).get("/users/me").status == 200


def test_failed_handshakes_leave_nothing_in_the_log(server: TlsServer) -> None:
    for _ in range(20):
        with socket.create_connection((server.host, server.port), 10) as client:
            client.sendall(b"not TLS at all\r\n\r\n")
    assert server.client().get("/system/ping").status == 200
    assert "Traceback" not in server.log, server.log[-3000:]
