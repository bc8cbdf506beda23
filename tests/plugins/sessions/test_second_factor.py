"""Settings that demand a second factor of everybody: what is heard without one."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from hubbub.core.testing import LiveServer

ENABLED = {"EnableMultifactorAuthentication": True}
ENFORCED = {"ServiceSettings": {"EnforceMultifactorAuthentication": True}}


@pytest.fixture
def server(live_server: Callable[..., LiveServer]) -> LiveServer:
    return live_server({"ServiceSettings": ENABLED}, workers=1)


def _set_up(client: Any) -> None:
    """Turn somebody's second factor on."""
    code = pyotp.TOTP(client.post("/users/me/mfa/generate").json["secret"]).now()
    client.put("/users/me/mfa", {"activate": True, "code": code})


def test_a_session_without_the_demanded_second_factor_gets_no_events_until_it_has_one(server: LiveServer) -> None:
    alice, bob = server.create_user("alice"), server.create_user("bob")
    channel = server.create_channel(owner=alice, members=(bob,))
    _set_up(alice)
    alice.put("/config/patch", ENFORCED)
    with server.websocket() as socket, server.websocket(alice) as other:
        socket.send("authentication_challenge", token=bob.token)
        alice.create_post(channel, "secret")
        assert "secret" in other.wait_for("posted")["data"]["post"]
        with pytest.raises(TimeoutError):
            socket.wait_for("posted", timeout=1)
        _set_up(bob)
        bob.get("/users/me/teams")
        alice.create_post(channel, "for everybody")
        assert "for everybody" in socket.wait_for("posted")["data"]["post"]


def test_who_was_connected_before_the_demand_is_disconnected(server: LiveServer) -> None:
    alice, bob = server.create_user("alice"), server.create_user("bob")
    _set_up(alice)
    with server.websocket(bob) as socket:
        alice.put("/config/patch", ENFORCED)
        with pytest.raises(ConnectionError):
            socket.wait_for("posted", timeout=10)


def test_without_the_demand_everybody_hears(server: LiveServer) -> None:
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    with server.websocket(alice) as socket:
        alice.create_post(channel, "heard")
        assert "heard" in socket.wait_for("posted")["data"]["post"]
