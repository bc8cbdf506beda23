"""Where somebody may be sent after signing in."""

import pytest

from hubbub.core.contracts.single_sign_on import RedirectRefused, SchemeRefused
from hubbub.plugins.sessions.addresses import app_address, below, own_address, with_query

SITE = "https://chat.example.com/talk"
SCHEMES = ("mmauth://", "Beta://", "javascript://", "https://")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ""),
        ("/", "/"),
        ("/crew/channels/town-square?x=1#y", "/crew/channels/town-square?x=1#y"),
        ("https://chat.example.com/talk/crew", "/talk/crew"),
        ("https://CHAT.example.com:443/talk", "/talk"),
    ],
)
def test_addresses_of_this_site(text: str, path: str) -> None:
    assert own_address(text, SITE) == path


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example",
        "/\t/evil.example", "\n//evil.example", " //evil.example", "https:evil.example", "https:/evil.example",
        "https://chat.example.com@evil.example/", "https://chat.example.com.evil.example/talk",
        "https://chat.example.com/talkative", "https://chat.example.com:8443/talk", "http://chat.example.com/talk",
        "https://chat.example.com//evil.example", "javascript:alert(1)", "data:text/html,x", "crew", "?x", "#x",
        "https://[", "http://chat.example.com:99999/talk", "/crew\r\nSet-Cookie: a=b", "/" + "x" * 1000, "/caf\u00e9",
        "//chat.example.com/talk", "mmauth://callback",
    ],
)  # fmt: skip
def test_addresses_of_others_are_refused(text: str) -> None:
    with pytest.raises(RedirectRefused):
        own_address(text, SITE)


def test_without_a_site_address_only_paths_are_ours() -> None:
    assert own_address("/crew", "") == "/crew"
    with pytest.raises(RedirectRefused):
        own_address("https://chat.example.com/", "")


def test_a_site_in_a_folder_stays_there() -> None:
    assert below("/crew", SITE) == "/talk/crew"
    assert below("/talk/crew", SITE) == "/talk/crew"
    assert below("", "https://chat.example.com") == "/"


@pytest.mark.parametrize("text", ["mmauth://callback", "MMAUTH://callback?x=1", "beta://back"])
def test_addresses_of_known_apps(text: str) -> None:
    assert app_address(text, SCHEMES) == text


@pytest.mark.parametrize(
    "text",
    ["", "other://callback", "mmauth:callback", "mmauthx://x", "https://evil.example", "javascript://%0aalert(1)",
     "mmauth://a\nb", "mmauth://user@host", "/crew", "://x"],
)  # fmt: skip
def test_other_schemes_are_refused_even_when_config_json_lists_dangerous_ones(text: str) -> None:
    with pytest.raises(SchemeRefused):
        app_address(text, SCHEMES)


def test_values_are_added_to_an_address() -> None:
    assert with_query("mmauth://callback?a=1#b", {"t": "x&y"}) == "mmauth://callback?a=1&t=x%26y"
