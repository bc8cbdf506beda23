"""From which pages a WebSocket may be opened."""

from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hubbub.core.realtime.origin import is_allowed
from hubbub.tests.core.realtime.world import Server, World


@pytest.mark.parametrize(
    ("origin", "site_url", "allowed", "expected"),
    [
        (None, "https://chat.example.com", "", True),
        (None, "https://chat.example.com", "https://other.example.com", True),
        ("null", "https://chat.example.com", "", False),
        ("null", "", "", False),
        ("https://chat.example.com", "https://chat.example.com", "", True),
        ("HTTPS://Chat.Example.com", "https://chat.example.com/sub", "", True),
        ("http://chat.example.com", "https://chat.example.com", "", False),
        ("https://chat.example.com:8443", "https://chat.example.com", "", False),
        ("https://evil.example.com", "https://chat.example.com", "", False),
        ("https://chat.example.com.evil.com", "https://chat.example.com", "", False),
        ("http://server:8065", "", "", True),
        ("https://server:8065", "", "", True),
        ("http://SERVER:8065", "", "", True),
        ("http://other:8065", "", "", False),
        ("http://server", "", "", False),
        ("https://evil.example.com", "", "*", True),
        ("null", "", "*", True),
        ("https://a.example.com", "", "https://b.example.com https://a.example.com", True),
        ("https://c.example.com", "", "https://b.example.com https://a.example.com", False),
        ("https://chat.example.com", "https://chat.example.com/sub", "https://a.example.com", True),
        ("https://chat.example.com", "", "https://a.example.com", False),
        ("http://[::1", "", "", False),
        ("", "", "", False),
    ],
)
def test_rules(origin: str | None, site_url: str, allowed: str, expected: bool) -> None:
    assert is_allowed(origin, host="server:8065", site_url=site_url, allowed=allowed) is expected


def test_page_of_another_site_is_refused(own: Server, world: World) -> None:
    world.site_url = "https://chat.example.com"
    with pytest.raises(InvalidStatus) as caught:
        own.connect(world.sign_in(), headers={"Origin": "https://evil.example.com"})
    assert caught.value.response.status_code == 400
    assert b"api.web_socket.connect.upgrade.app_error" in (caught.value.response.body or b"")
    assert own.hub.stats.refused == 1
    assert own.hub.connected_count == 0


def test_page_of_another_site_gets_nothing_after_gevent_websockets_handshake(
    make_server: Callable[..., Server], world: World
) -> None:
    server = make_server("gevent-websocket", world)
    world.site_url = "https://chat.example.com"
    client = server.connect(world.sign_in(), headers={"Origin": "https://evil.example.com"})
    with pytest.raises(ConnectionClosed) as caught:
        client.next()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1008
    assert server.hub.connected_count == 0


def test_settings_are_read_at_each_upgrade(server: Server, world: World) -> None:
    world.origins = "https://a.example.com"
    assert server.user(headers={"Origin": "https://a.example.com"})
    world.origins = "https://b.example.com"
    assert server.user(headers={"Origin": "https://b.example.com"})
