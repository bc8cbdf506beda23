"""config/nginx.conf works as shipped: nginx takes it and hands on what the server relies on."""

import http.client
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gevent.pywsgi import WSGIServer

from hubbub.tests.services.example_site import NAME, example_site, make_certificate
from hubbub.tests.services.nginx import NginxServer
from hubbub.tests.services.process import ServiceMissing

Site = Callable[..., http.client.HTTPResponse]
Upstream = tuple[int, list[dict[str, str]]]


@pytest.fixture
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a certificate for the example's host."""
    try:
        return make_certificate(tmp_path_factory.mktemp("certificate"))
    except ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """Yield the port of a server behind the proxy, and the list of what it was asked."""
    asked: list[dict[str, str]] = []

    def application(environ: dict[str, str], start_response: Callable[..., object]) -> list[bytes]:
        asked.append(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"from behind"]

    server = WSGIServer(("127.0.0.1", 0), application, log=None)
    server.start()
    yield server.server_port, asked
    server.stop()


@pytest.fixture
def site(start_nginx: Callable[..., NginxServer], certificate: Path, upstream: Upstream) -> Site:
    """Return a function that asks the example site over TLS; only addresses and paths are changed in the file."""
    server = start_nginx(example_site(upstream[0]), {path.name: path.read_bytes() for path in certificate.iterdir()})
    context = ssl.create_default_context(cafile=str(certificate / "fullchain.pem"))

    def ask(path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": NAME, **named})
        return connection.getresponse()

    return ask


def test_the_server_behind_learns_scheme_host_and_address(site: Site, upstream: Upstream) -> None:
    assert site("/api/v4/system/ping").read() == b"from behind"
    asked = upstream[1][0]
    assert asked["HTTP_X_FORWARDED_PROTO"] == "https"
    assert asked["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"
    assert asked["HTTP_HOST"] == NAME


def test_an_address_that_the_client_claims_is_not_handed_on(site: Site, upstream: Upstream) -> None:
    site("/api/v4/system/ping", X_Forwarded_For="8.8.8.8").read()
    assert upstream[1][0]["HTTP_X_FORWARDED_FOR"] == "127.0.0.1"


def test_the_wish_for_a_websocket_is_handed_on(site: Site, upstream: Upstream) -> None:
    site("/api/v4/websocket", Connection="Upgrade", Upgrade="websocket").read()
    asked = upstream[1][0]
    assert (asked["HTTP_UPGRADE"], asked["HTTP_CONNECTION"]) == ("websocket", "upgrade")


def test_the_connection_to_the_server_behind_is_kept(site: Site, upstream: Upstream) -> None:
    for _ in range(2):
        site("/api/v4/system/ping").read()
    first, second = (asked["REMOTE_PORT"] for asked in upstream[1])
    assert first == second
