"""Behind nginx, set up as config/nginx.conf says: TLS, WebSockets, and whose word about addresses counts."""

import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from hubbub.core.testing import PASSWORD, Answer, LiveServer
from hubbub.tests.services.example_site import NAME, example_site, make_certificate
from hubbub.tests.services.nginx import NginxServer
from hubbub.tests.services.process import ServiceMissing

ELSEWHERE: Final = "127.0.0.2"
"""The address that visitors come from; nginx itself reaches the server from 127.0.0.1."""
CLAIMED: Final = "203.0.113.9"
PROXIED: Final = {
    "ServiceSettings": {"SiteURL": f"https://{NAME}", "TrustedProxyIPHeader": ["X-Forwarded-For"]},
    "HubbubSettings": {"LogAccess": True},
}


class Visitor:
    """Somebody at the door of nginx."""

    def __init__(self, port: int, trusted: Path) -> None:
        self._port = port
        self._context = ssl.create_default_context(cafile=str(trusted))

    def _dial(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), 20, source_address=(ELSEWHERE, 0))

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request below /api/v4."""
        connection = http.client.HTTPConnection(NAME, timeout=20)
        connection.sock = self._context.wrap_socket(self._dial(), server_hostname=NAME)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body)
        connection.request(method, f"/api/v4{path}", data, {"Content-Type": "application/json", **named})
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        connection.close()
        return answer

    def websocket(self, cookies: str, origin: str = f"https://{NAME}") -> ClientConnection:
        """Return a WebSocket as a page of `origin` opens it."""
        address = f"wss://{NAME}/api/v4/websocket"
        return connect(
            address, sock=self._dial(), ssl=self._context, origin=origin, additional_headers={"Cookie": cookies}
        )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate for the site."""
    try:
        return make_certificate(tmp_path_factory.mktemp("certificate"))
    except ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(params=["trusted", "not trusted"])
def trusted(request: pytest.FixtureRequest) -> bool:
    """Say whether nginx is among HubbubSettings.TrustedProxies."""
    return bool(request.param == "trusted")


@pytest.fixture
def server(trusted: bool) -> Iterator[LiveServer]:
    """Yield a server that trusts nginx or does not."""
    proxies = {"TrustedProxies": ["127.0.0.1"]} if trusted else {"TrustedProxies": []}
    with LiveServer({**PROXIED, "HubbubSettings": {**PROXIED["HubbubSettings"], **proxies}}) as server:
        yield server


@pytest.fixture
def visitor(server: LiveServer, start_nginx: Callable[..., NginxServer], certificate: Path) -> Visitor:
    """Return somebody who comes by way of nginx."""
    files = {path.name: path.read_bytes() for path in certificate.iterdir()}
    return Visitor(start_nginx(example_site(server.port), files).port, certificate / "fullchain.pem")


def logged_ips(server: LiveServer, path: str) -> set[str]:
    """Return the addresses in the access log that asked for a path."""
    lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]
    return {line["ip"] for line in lines if line.get("path") == path}


def test_people_sign_in_post_and_listen_through_nginx(server: LiveServer, visitor: Visitor, trusted: bool) -> None:
    ann = server.create_user("ann")
    channel = server.create_channel(owner=ann)
    credentials = {"login_id": "ann", "password": PASSWORD}
    login = visitor.request("POST", "/users/login", credentials, X_Requested_With="XMLHttpRequest")
    assert login.status == 200
    # Only a proxy that is trusted can say that the visitor came over TLS.
    assert [("secure" in cookie.lower()) for cookie in login.cookies] == [trusted] * 3
    cookies = "; ".join(cookie.partition(";")[0] for cookie in login.cookies)
    token = cookies.partition("MMCSRF=")[2].partition(";")[0]

    with visitor.websocket(cookies) as events:
        assert json.loads(events.recv(20))["event"] == "hello"
        body = {"channel_id": channel["id"], "message": "over the proxy"}
        assert visitor.request("POST", "/posts", body, Cookie=cookies).status == 401
        assert visitor.request("POST", "/posts", body, Cookie=cookies, X_CSRF_Token=token).status == 201
        heard = {}
        while heard.get("event") != "posted":
            heard = json.loads(events.recv(20))
        assert json.loads(heard["data"]["post"])["message"] == "over the proxy"
    with pytest.raises(InvalidStatus):
        visitor.websocket(cookies, origin="https://elsewhere.example")


def test_the_visitors_address_is_known_only_when_nginx_is_trusted(
    server: LiveServer, visitor: Visitor, trusted: bool
) -> None:
    assert visitor.request("GET", "/system/ping", X_Forwarded_For=CLAIMED).status == 200
    assert server.client().get("/users/me/teams", expect=401, headers={"X-Forwarded-For": CLAIMED})
    server.wait_until(lambda: logged_ips(server, "/api/v4/users/me/teams"))
    by_nginx = logged_ips(server, "/api/v4/system/ping") - {"127.0.0.1"}
    assert by_nginx == ({ELSEWHERE} if trusted else set())
    # Whoever reaches the server from the proxy's own address is believed, so only the proxy may be there.
    assert logged_ips(server, "/api/v4/users/me/teams") == ({CLAIMED} if trusted else {"127.0.0.1"})
