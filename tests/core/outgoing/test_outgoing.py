"""Requests to others: they get through, are bounded, and never reach the inside by a back door."""

import socket
from http.server import ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from hubbub.core.contracts.outgoing import OutgoingFailed, OutgoingRefused
from hubbub.core.outgoing import OutgoingHttp
from hubbub.core.outgoing.addresses import AllowList
from hubbub.tests.core.outgoing.conftest import LARGE

INSIDE = """
    127.0.0.1 127.8.9.10 0.0.0.0 10.1.2.3 172.16.0.1 192.168.0.9 169.254.169.254 100.64.0.1 192.0.2.1 198.18.0.1
    240.0.0.1 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1 2001:db8::1
    ::ffff:10.0.0.1 ::ffff:169.254.169.254 64:ff9b::a00:1 2002:0a00:0001::1
""".split()
PUBLIC = "1.1.1.1 8.8.8.8 2606:4700:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808".split()


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_the_inside_are_refused(address: str) -> None:
    assert not AllowList("").address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address: str) -> None:
    assert AllowList("").address(address)


def test_hosts_addresses_and_networks_can_be_allowed() -> None:
    allowed = AllowList("build.internal 10.2.0.0/16, 192.168.7.7\tfd00::/8")
    assert allowed.host("BUILD.internal.")
    assert not allowed.host("other.internal")
    assert [allowed.address(address) for address in ("10.2.3.4", "192.168.7.7", "fd12::3")] == [True] * 3
    assert [allowed.address(address) for address in ("10.3.3.4", "192.168.7.8", "fe80::3")] == [False] * 3


def test_a_request_carries_what_was_given(outgoing: OutgoingHttp, url: str, other: ThreadingHTTPServer) -> None:
    answer = outgoing.request("POST", f"{url}/in?a=b", headers={"X-Kind": "test"}, body=b"content")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"hello", "5")
    method, path, headers, body = other.seen[0]
    assert (method, path, headers["X-Kind"], body) == ("POST", "/in?a=b", "test", b"content")
    assert headers["User-Agent"].startswith("Hubbub/")


def test_any_status_is_an_answer(outgoing: OutgoingHttp, url: str) -> None:
    assert outgoing.request("GET", f"{url}/status/503").status == 503


def test_the_inside_is_refused_unless_it_is_allowed(
    outgoing: OutgoingHttp, url: str, settings: SimpleNamespace
) -> None:
    settings.AllowedUntrustedInternalConnections = ""
    with pytest.raises(OutgoingRefused, match="AllowedUntrustedInternalConnections"):
        outgoing.request("GET", url)
    settings.AllowedUntrustedInternalConnections = "127.0.0.0/8 ::1"
    assert outgoing.request("GET", url).status == 200
    settings.AllowedUntrustedInternalConnections = ""
    assert outgoing.request("GET", url.replace("localhost", "127.0.0.1"), trusted=True).status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"])
def test_no_spelling_of_an_address_gets_in(outgoing: OutgoingHttp, url: str, host: str) -> None:
    with pytest.raises((OutgoingRefused, OutgoingFailed)) as caught:
        outgoing.request("GET", url.replace("localhost", host))
    assert "refused" in caught.value.error_id or "resol" in str(caught.value) or "known" in str(caught.value)


def test_a_name_that_changes_its_mind_does_not_get_in(
    outgoing: OutgoingHttp, url: str, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is checked when connecting, and each that the name has: a public one beside it opens no door."""
    settings.AllowedUntrustedInternalConnections = ""
    port = int(url.rpartition(":")[2])

    def both(_host: str, *_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(OutgoingRefused):
        outgoing.request("GET", "http://example.com/")


@pytest.mark.parametrize(
    "address", ["ftp://localhost/a", "file:///etc/passwd", "http://", "//localhost", "http://[::1", "a"]
)
def test_only_web_addresses_are_asked(outgoing: OutgoingHttp, address: str) -> None:
    with pytest.raises(OutgoingRefused):
        outgoing.request("GET", address)


def test_redirects_are_followed_as_often_as_allowed(outgoing: OutgoingHttp, url: str) -> None:
    assert outgoing.request("GET", f"{url}/to?/in").status == 302
    assert outgoing.request("GET", f"{url}/to?/in", redirects=1).url == f"{url}/in"
    with pytest.raises(OutgoingFailed, match="too many redirects"):
        outgoing.request("GET", f"{url}/to?/to?/in", redirects=1)


def test_a_redirect_does_not_lead_inside(outgoing: OutgoingHttp, url: str) -> None:
    inside = url.replace("localhost", "127.0.0.1")
    with pytest.raises(OutgoingRefused):
        outgoing.request("GET", f"{url}/to?{inside}/in", redirects=3)
    with pytest.raises(OutgoingRefused):
        outgoing.request("GET", f"{url}/to?file:///etc/passwd", redirects=3)


def test_credentials_do_not_follow_to_another_origin(
    outgoing: OutgoingHttp, url: str, settings: SimpleNamespace, other: ThreadingHTTPServer
) -> None:
    settings.AllowedUntrustedInternalConnections = "localhost 127.0.0.1"
    elsewhere = url.replace("localhost", "127.0.0.1")
    headers = {"Authorization": "Token secret", "X-Kind": "test"}
    outgoing.request("POST", f"{url}/to?{elsewhere}/in", headers=headers, body=b"content", redirects=1)
    method, _, seen, body = other.seen[0]
    assert (method, body, seen.get("X-Kind"), seen.get("Authorization")) == ("GET", b"", "test", None)


def test_an_answer_that_never_ends_is_given_up(outgoing: OutgoingHttp, url: str) -> None:
    with pytest.raises(OutgoingFailed, match=r"longer than 0\.3 s"):
        outgoing.request("GET", f"{url}/drip", timeout_s=0.3)


def test_a_large_answer_is_refused_or_cut(outgoing: OutgoingHttp, url: str) -> None:
    with pytest.raises(OutgoingFailed, match="larger than 1000 bytes"):
        outgoing.request("GET", f"{url}/large", max_bytes=1000)
    assert len(outgoing.request("GET", f"{url}/large", max_bytes=1000, truncate=True).body) == 1000
    assert len(outgoing.request("GET", f"{url}/large", max_bytes=LARGE).body) == LARGE


def test_failures_are_told_without_what_is_secret(outgoing: OutgoingHttp, url: str) -> None:
    with pytest.raises(OutgoingFailed, match="refused") as caught:
        outgoing.request("GET", "http://user:password@localhost:1/path?token=secret")
    assert "secret" not in str(caught.value)
    assert "password" not in str(caught.value)
    with pytest.raises(OutgoingFailed, match="SSL"):
        outgoing.request("GET", url.replace("http:", "https:"))
