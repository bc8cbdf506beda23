"""Who hears of what over their sockets: teams, channels, posts."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hubbub.core.testing import LiveServer


class Room:
    """alice (admin) and bob in a team and a private channel, eve in neither; each with two sockets."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.alice, self.bob, self.eve = (server.create_user(name) for name in ("alice", "bob", "eve"))
        self.team = self.alice.post("/teams", {"name": "crew", "display_name": "Crew", "type": "I"}).json["id"]
        self.add_to_team(self.bob)
        body = {"team_id": self.team, "name": "talk", "display_name": "Talk", "type": "P"}
        self.channel = self.alice.post("/channels", body).json["id"]
        self.alice.post(f"/channels/{self.channel}/members", {"user_id": self.bob.id})
        self.sockets = {client.id: [server.websocket(client) for _ in range(2)] for client in self.everybody}

    @property
    def everybody(self) -> tuple[Any, Any, Any]:
        return (self.alice, self.bob, self.eve)

    def add_to_team(self, client: Any) -> None:
        """Have alice add somebody."""
        self.alice.post(f"/teams/{self.team}/members", {"team_id": self.team, "user_id": client.id})

    def post(self, text: str, channel: str = "") -> None:
        """Have alice post."""
        self.alice.post("/posts", {"channel_id": channel or self.channel, "message": text})

    def heard(self, client: Any) -> list[tuple[str, ...]]:
        """Return what a client has heard since the last time; a message for them alone ends it."""
        body = {"user_id": client.id, "post": {"channel_id": self.channel, "message": "end"}}
        self.alice.post("/posts/ephemeral", body)
        heard = [self._until_end(socket) for socket in self.sockets[client.id]]
        assert all(entry == heard[0] for entry in heard), heard
        return heard[0]

    @staticmethod
    def _until_end(socket: Any) -> list[tuple[str, ...]]:
        found: list[tuple[str, ...]] = []
        while True:
            message = socket.receive()
            name, data = message.get("event", ""), message.get("data", {})
            if name == "ephemeral_message":
                return found
            if name == "posted":
                found.append((name, json.loads(data["post"])["message"]))
            elif name not in ("hello", "status_change", "preferences_changed", "sidebar_category_updated"):
                found.append((name,))


@pytest.fixture
def room(live_server: Callable[..., LiveServer]) -> Iterator[Room]:
    """Return people with sockets."""
    quiet = {"EnableOpenServer": True, "EnableJoinLeaveMessageByDefault": False}
    server = live_server({"TeamSettings": quiet}, workers=1)
    room = Room(server)
    yield room
    for sockets in room.sockets.values():
        for socket in sockets:
            socket.close()


def test_who_hears_of_what(room: Room) -> None:
    alice, bob, eve = room.everybody
    for client in room.everybody:
        room.heard(client)

    room.post("hello")
    assert [room.heard(client) for client in room.everybody] == [[("posted", "hello")]] * 2 + [[]]

    direct = alice.post("/channels/direct", [alice.id, eve.id]).json["id"]
    room.post("hi", direct)
    assert room.heard(eve) == [("direct_added",), ("posted", "hi")]
    assert room.heard(bob) == []

    group = alice.post("/channels/group", [bob.id, eve.id]).json["id"]
    room.post("all", group)
    assert room.heard(bob) == room.heard(eve) == [("group_added",), ("posted", "all")]

    room.add_to_team(eve)
    assert room.heard(eve)[0] == ("added_to_team",)
    assert set(room.heard(bob)) == {("user_added",)}, "in the default channels"

    alice.post(f"/channels/{room.channel}/members", {"user_id": eve.id})
    room.post("welcome")
    assert room.heard(eve) == [("user_added",), ("posted", "welcome")]
    assert room.heard(bob) == [("user_added",), ("posted", "welcome")]

    alice.delete(f"/channels/{room.channel}/members/{eve.id}")
    room.post("gone")
    assert room.heard(eve) == [("user_removed",)]
    assert room.heard(bob) == [("user_removed",), ("posted", "gone")]

    alice.put(f"/channels/{room.channel}/patch", {"header": "h"})
    assert [entry[0] for entry in room.heard(bob)] == ["channel_updated", "posted"]
    assert room.heard(eve) == []


def test_a_team_that_comes_back(room: Room) -> None:
    for client in room.everybody:
        room.heard(client)
    room.alice.delete(f"/teams/{room.team}")
    assert room.heard(room.bob) == [("delete_team",)]
    assert room.heard(room.eve) == []
    room.sockets[room.bob.id].append(room.server.websocket(room.bob))
    assert room.heard(room.bob) == []
    room.alice.post(f"/teams/{room.team}/restore")
    room.alice.put(f"/teams/{room.team}/patch", {"description": "d"})
    assert room.heard(room.bob) == [("restore_team",), ("update_team",)]
