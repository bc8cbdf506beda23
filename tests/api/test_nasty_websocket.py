"""Whatever a client says over the WebSocket: an error reply or a closed connection, never a failing server."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.core.contracts.errors import Internal
from hubbub.core.testing import LiveServer, WebSocketClient, make_app
from hubbub.tests.api import nasty
from hubbub.tests.api.kit import World

FIELDS = (
    "user_ids channel_id team_id parent_id root_id user_is_active manual thread_channel_id thread_view_is_open status "
    "token connection_id sequence_number is_thread_view"
).split()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with LiveServer({"LogSettings": {"ConsoleLevel": "ERROR"}}, workers=1) as server:
        yield World(server)


@pytest.fixture(scope="module")
def actions() -> list[str]:
    with make_app() as server:
        return sorted(server.app.hub._actions._owners)


def failed_inside(reply: dict[str, Any]) -> bool:
    return bool(reply["status"] == "FAIL" and reply["error"]["id"] == Internal.id)


def test_actions_with_wrong_data(world: World, actions: list[str]) -> None:
    broken = []
    with world.server.websocket(world.member) as socket:
        for action in [*actions, "nonsense", "", "custom_x"]:
            for name in FIELDS:
                for value in nasty.VALUES:
                    number = socket.send(action, **{"channel_id": world.ids["channel_id"], name: value})
                    if value == 10**30:
                        continue  # no reader of JSON has to take it; see below
                    if action in ("authentication_challenge", "custom_x") or not action:
                        continue  # they are not replied to, or only once
                    reply = socket._first(lambda message, n=number: message.get("seq_reply") == n, action, 15)
                    if failed_inside(reply):
                        broken.append((action, name, value))
    assert not broken
    check_whole(world)


def test_messages_that_are_no_actions(world: World) -> None:
    for body in [*nasty.BODIES, *(json.dumps({"seq": value, "action": "ping"}).encode() for value in nasty.VALUES)]:
        if len(body) > 100_000:
            continue  # longer than a message may be: core/realtime has tests of that
        with world.server.websocket(world.member) as socket:
            socket._protocol.send_text(body)
            socket._flush()
            _still_speaks_or_is_closed(socket)
    check_whole(world)


def _still_speaks_or_is_closed(socket: WebSocketClient) -> None:
    try:
        reply = socket.call("ping")
    except ConnectionError:
        return
    assert reply["status"] == "OK", reply


def check_whole(world: World) -> None:
    with world.server.websocket(world.member) as socket:
        assert socket.call("ping")["status"] == "OK"
    assert "Traceback" not in world.server.log, world.server.log[-3000:]
