"""Actions of the WebSocket, and typing."""

from typing import Any

import pytest

from hubbub.tests.plugins.statuses.conftest import WITH_CHANNELS, World

INVALID = "api.websocket_handler.invalid_param.app_error"


def test_statuses_by_ids_include_those_who_are_offline(world: World) -> None:
    alice, bob = world.sign_up("alice"), world.sign_up("bob")
    mine = world.connect(alice)
    mine.event("status_change")
    assert mine.act("get_statuses_by_ids", user_ids=[alice.id, bob.id])["data"] == {
        alice.id: "online",
        bob.id: "offline",
    }


def test_all_statuses_leave_out_those_who_are_offline(world: World) -> None:
    alice, bob = world.sign_up("alice"), world.sign_up("bob")
    bob.put("/users/me/status", {"user_id": bob.id, "status": "offline"})
    mine = world.connect(alice)
    mine.event("status_change")
    assert mine.act("get_statuses")["data"] == {alice.id: "online"}


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_statuses_by_ids", {}),
        ("get_statuses_by_ids", {"user_ids": []}),
        ("get_statuses_by_ids", {"user_ids": "x"}),
        ("get_statuses_by_ids", {"user_ids": [5]}),
        ("user_update_active_status", {}),
        ("user_update_active_status", {"user_is_active": "yes"}),
        ("user_typing", {}),
        ("user_typing", {"channel_id": 5}),
        ("user_typing", {"channel_id": "c" * 26}),
        ("user_typing", {"channel_id": "c" * 26, "parent_id": ["x"]}),
    ],
)
def test_actions_with_wrong_parameters_get_an_error(world: World, action: str, data: dict[str, Any]) -> None:
    mine = world.connect(world.sign_up("alice"))
    reply = mine.act(action, **data)
    assert (reply["status"], reply["error"]["id"], reply["error"]["status_code"]) == ("FAIL", INVALID, 400)


def test_a_client_in_the_background_makes_its_user_away_only_after_a_while(world: World) -> None:
    alice = world.sign_up("alice")
    mine = world.connect(alice)
    mine.event("status_change")
    assert mine.act("user_update_active_status", user_is_active=False)["status"] == "OK"
    assert world.status(alice) == "online"
    world.idle(alice)
    mine.act("user_update_active_status", user_is_active=False)
    assert world.status(alice) == "away"
    mine.act("user_update_active_status", user_is_active=True)
    assert world.status(alice) == "online"


def test_a_client_may_choose_away_and_online_for_its_user(world: World) -> None:
    alice = world.sign_up("alice")
    mine = world.connect(alice)
    mine.event("status_change")
    mine.act("user_update_active_status", user_is_active=False, manual=True)
    assert alice.get("/users/me/status").json["manual"] is True
    mine.act("user_update_active_status", user_is_active=True, manual=True)
    after = alice.get("/users/me/status").json
    assert (after["status"], after["manual"]) == ("online", False)


class Room:
    """Two members of a channel and somebody outside."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.alice, self.bob, self.carol = (world.sign_up(name) for name in ("alice", "bob", "carol"))
        team = self.alice.post("/teams", {"name": "crew", "display_name": "Crew", "type": "O"}).json
        self.alice.post(f"/teams/{team['id']}/members", {"team_id": team["id"], "user_id": self.bob.id})
        channel = {"team_id": team["id"], "name": "room", "display_name": "Room", "type": "P"}
        self.channel_id = self.alice.post("/channels", channel).json["id"]
        self.alice.post(f"/channels/{self.channel_id}/members", {"user_id": self.bob.id})


@pytest.fixture
def room(make_world: Any, database: Any) -> Room:
    """Return a channel on each engine in turn."""
    return Room(make_world(database, WITH_CHANNELS))


def test_typing_is_told_to_the_other_members(room: Room) -> None:
    mine, theirs = room.world.connect(room.alice), room.world.connect(room.bob)
    outside = room.world.connect(room.carol)
    assert mine.act("user_typing", channel_id=room.channel_id, parent_id="")["status"] == "OK"
    assert theirs.event("typing") == {"parent_id": "", "user_id": room.alice.id}
    assert "typing" not in mine.events_so_far()
    assert "typing" not in outside.events_so_far()


def test_typing_over_http_does_the_same(room: Room) -> None:
    theirs = room.world.connect(room.bob)
    body = {"channel_id": room.channel_id, "parent_id": "p" * 26}
    assert room.alice.post("/users/me/typing", body).json == {"status": "OK"}
    assert theirs.event("typing") == {"parent_id": "p" * 26, "user_id": room.alice.id}


def test_who_may_not_post_may_not_type(room: Room) -> None:
    body = {"channel_id": room.channel_id}
    assert room.carol.post("/users/me/typing", body).error == "api.context.permissions.app_error"
    assert room.world.connect(room.carol).act("user_typing", **body)["error"]["id"] == INVALID
    assert room.bob.post(f"/users/{room.alice.id}/typing", body).status == 403
    assert room.world.server.events("typing") == []


def test_an_admin_may_say_that_others_type_where_they_may(room: Room) -> None:
    body = {"channel_id": room.channel_id}
    assert room.alice.post(f"/users/{room.bob.id}/typing", body).status == 200
    assert room.alice.post(f"/users/{room.carol.id}/typing", body).status == 403
    assert [event.data["user_id"] for event in room.world.server.events("typing")] == [room.bob.id]


@pytest.mark.engines("sqlite")
def test_typing_is_kept_quiet_when_turned_off_and_refused_when_busy(room: Room) -> None:
    body = {"channel_id": room.channel_id}
    room.world.server.configure(ServiceSettings={"EnableUserTypingMessages": False})
    assert room.alice.post("/users/me/typing", body).status == 200
    assert room.world.server.events("typing") == []
    room.world.server.app.health.set("load", False, "busy")
    assert room.alice.post("/users/me/typing", body).error == "api.context.server_busy.app_error"
    mine = room.world.connect(room.alice)
    assert mine.act("user_typing", **body)["error"]["id"] == "api.websocket_handler.server_busy.app_error"
