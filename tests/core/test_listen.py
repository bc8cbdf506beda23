"""Addresses to listen on, as config.json writes them."""

import socket

import pytest

from hubbub.core.listen import ListenAddress, parse_listen_address, plain_peer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":8065", ("", 8065)),
        ("127.0.0.1:9000", ("127.0.0.1", 9000)),
        ("[::1]:9000", ("::1", 9000)),
        ("[::1]", ("::1", 8065)),
        ("chat.example.com", ("chat.example.com", 8065)),
        ("localhost:", ("localhost", 8065)),
        ("", ("", 8065)),
        (" :80 ", ("", 80)),
    ],
)
def test_addresses(text: str, expected: tuple[str, int]) -> None:
    assert parse_listen_address(text, 8065) == expected


@pytest.mark.parametrize("text", [":http", ":70000", "::1", "::1:8065", ":-1", ":8065x"])
def test_what_is_no_address_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="is not an address") as failure:
        parse_listen_address(text, 8065)
    assert repr(text) in str(failure.value)


def test_ipv6_is_written_in_brackets() -> None:
    assert str(ListenAddress("::1", 80)) == "[::1]:80"


@pytest.mark.parametrize("host", ["", "0.0.0.0", "::"])
def test_people_are_told_an_address_that_they_can_open(host: str) -> None:
    assert ListenAddress(host, 8065).url_host == "localhost:8065"


def test_no_host_is_every_address_of_both_kinds() -> None:
    host, _, port = ListenAddress("", 8065).bind.rpartition(":")
    assert port == "8065"
    family = socket.AF_INET6 if host == "[::]" else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((host.strip("[]"), 0))
        listener.listen()
        port = listener.getsockname()[1]
        for address in ["127.0.0.1", "::1"] if family == socket.AF_INET6 else ["127.0.0.1"]:
            socket.create_connection((address, port), timeout=5).close()


def test_without_ipv6_no_host_is_every_address_of_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "AF_INET6", -1)
    assert ListenAddress("", 8065).bind == "0.0.0.0:8065"


def test_an_address_that_is_named_is_bound_as_it_is() -> None:
    assert ListenAddress("0.0.0.0", 1).bind == "0.0.0.0:1"
    assert ListenAddress("::1", 1).bind == "[::1]:1"


@pytest.mark.parametrize(
    ("reported", "plain"),
    [
        (("::ffff:192.0.2.7", 5000, 0, 0), ("192.0.2.7", 5000)),
        (("2001:db8::1", 5000, 0, 0), ("2001:db8::1", 5000, 0, 0)),
        (("::ffff:0:0", 5000, 0, 0), ("::ffff:0:0", 5000, 0, 0)),
        (("192.0.2.7", 5000), ("192.0.2.7", 5000)),
        ("", ""),
    ],
)
def test_a_peer_of_ipv4_is_known_by_its_own_address(reported: object, plain: object) -> None:
    assert plain_peer(reported) == plain
