"""Addresses to listen on, as config.json writes them."""

import pytest

from hubbub.core.listen import ListenAddress, parse_listen_address


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
