"""Settings that demand a second factor of everybody: what is heard without one."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.core.testing import LiveServer

ENFORCED = {"EnableMultifactorAuthentication": True, "EnforceMultifactorAuthentication": True}


@pytest.fixture
def server(live_server: Callable[..., LiveServer]) -> LiveServer:
    return live_server({"ServiceSettings": {**ENFORCED, "EnableBotAccountCreation": True}}, workers=1)


def test_a_session_without_the_demanded_second_factor_gets_no_events(server: LiveServer) -> None:
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    with server.websocket() as socket:
        socket.send("authentication_challenge", token=alice.token)
        alice.create_post(channel, "secret")
        with pytest.raises(TimeoutError):
            socket.wait_for("posted", timeout=1)


def test_somebody_with_a_second_factor_hears_everything(server: LiveServer) -> None:
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    _set_second_factor(server, alice)
    with server.websocket(alice) as socket:
        alice.create_post(channel, "heard")
        assert "heard" in socket.wait_for("posted")["data"]["post"]


def test_without_the_demand_everybody_hears(live_server: Callable[..., LiveServer]) -> None:
    server = live_server({"ServiceSettings": ENFORCED | {"EnforceMultifactorAuthentication": False}}, workers=1)
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    with server.websocket(alice) as socket:
        alice.create_post(channel, "heard")
        assert "heard" in socket.wait_for("posted")["data"]["post"]


def _set_second_factor(server: LiveServer, client: Any) -> None:
    """Have an account as another server left it: with a second factor, and still signed in."""
    import sqlite3
    from contextlib import closing

    server.stop()
    with closing(sqlite3.connect(server.folder / "data" / "hubbub.db")) as database, database:
        database.execute("UPDATE users SET mfaactive = 1 WHERE id = ?", (client.id,))
    server.start()
