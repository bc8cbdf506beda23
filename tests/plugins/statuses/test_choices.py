"""Statuses over the API: reading, choosing, "do not disturb" with an end, custom statuses."""

import json
from typing import Any

import pytest

from hubbub.core.clock import now_ms
from hubbub.tests.plugins.statuses.conftest import World


def choose(client: Any, status: str, **more: Any) -> Any:
    """Choose a status."""
    return client.put("/users/me/status", {"user_id": client.id, "status": status, **more})


def test_somebody_who_never_came_is_offline(world: World) -> None:
    alice = world.sign_up("alice")
    nobody = {"user_id": alice.id, "status": "offline", "manual": False, "last_activity_at": 0, "dnd_end_time": 0}
    assert alice.get("/users/me/status").json == nobody
    assert alice.post("/users/status/ids", [alice.id]).json == [nobody]


@pytest.mark.parametrize("status", ["away", "dnd", "offline"])
def test_a_choice_is_kept_and_told(world: World, status: str) -> None:
    alice, bob = world.sign_up("alice"), world.sign_up("bob")
    chosen = choose(alice, status)
    assert (chosen.status, chosen.json["status"], chosen.json["manual"]) == (200, status, True)
    assert bob.post("/users/status/ids", [alice.id]).json == [chosen.json]
    (event,) = world.server.events("status_change")
    assert (event.data, event.broadcast.user_id) == ({"status": status, "user_id": alice.id}, alice.id)


def test_choosing_online_gives_the_decision_back_to_activity(world: World) -> None:
    alice = world.sign_up("alice")
    choose(alice, "dnd")
    chosen = choose(alice, "online").json
    assert (chosen["status"], chosen["manual"]) == ("online", False)
    assert now_ms() - chosen["last_activity_at"] < 60_000


def test_do_not_disturb_ends_by_itself_and_the_former_status_is_back(world: World) -> None:
    alice = world.sign_up("alice")
    choose(alice, "online")
    ends = now_ms() // 1000 - 61
    assert choose(alice, "dnd", dnd_end_time=ends).json["dnd_end_time"] == ends - ends % 60, "whole minutes"
    assert world.statuses.end_dnd() == [alice.id]
    after = alice.get("/users/me/status").json
    assert (after["status"], after["manual"], after["dnd_end_time"]) == ("online", False, 0)
    assert [event.data["status"] for event in world.server.events("status_change")] == ["online", "dnd", "online"]
    assert world.statuses.end_dnd() == [], "another worker finds nothing left to do"


def test_do_not_disturb_that_lasts_is_left_alone(world: World) -> None:
    alice, bob = world.sign_up("alice"), world.sign_up("bob")
    choose(alice, "dnd", dnd_end_time=now_ms() // 1000 + 600)
    choose(bob, "dnd")
    assert world.statuses.end_dnd() == []
    assert (world.status(alice), world.status(bob)) == ("dnd", "dnd")


def test_whoever_left_during_do_not_disturb_goes_offline_at_its_end(world: World) -> None:
    alice = world.sign_up("alice")
    choose(alice, "online")
    choose(alice, "dnd", dnd_end_time=60)
    world.presence.end_dnd()
    world.presence.check_left()
    assert world.status(alice) == "offline"


def test_choosing_for_others_is_for_admins(world: World) -> None:
    admin, alice, bob = world.sign_up("admin"), world.sign_up("alice"), world.sign_up("bob")
    body = {"user_id": alice.id, "status": "away"}
    assert bob.put(f"/users/{alice.id}/status", body).error == "api.context.permissions.app_error"
    assert bob.put(f"/users/{alice.id}/status/custom", {"emoji": "x", "text": ""}).status == 403
    assert world.status(alice) == "offline"
    assert admin.put(f"/users/{alice.id}/status", body).status == 200
    assert world.server.client().get(f"/users/{alice.id}/status").status == 401


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "body",
    [
        {"status": "away"},
        {"user_id": "a" * 26, "status": "away"},
        {"status": "ooo"},
        {"status": ""},
        {"status": "dnd", "dnd_end_time": -1},
        {"status": "dnd", "dnd_end_time": 2**62},
        {"status": "dnd", "dnd_end_time": "soon"},
    ],
)
def test_choices_that_make_no_sense_are_refused(world: World, body: dict[str, Any]) -> None:
    alice = world.sign_up("alice")
    if body.get("status") != "away":
        body = {"user_id": alice.id, **body}
    refused = alice.put("/users/me/status", body)
    assert (refused.status, refused.error) == (400, "api.context.invalid_body_param.app_error")
    assert world.status(alice) == "offline"


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("body", [[], ["short"], ["a" * 26, 5], {}, "x", ["a" * 26] * 10_001])
def test_lists_of_ids_are_checked(world: World, body: Any) -> None:
    alice = world.sign_up("alice")
    assert alice.post("/users/status/ids", body).status == 400


@pytest.mark.engines("sqlite")
def test_without_statuses_nobody_has_one(make_world: Any, database: Any) -> None:
    world = make_world(database, ServiceSettings={"EnableUserStatuses": False})
    alice = world.sign_up("alice")
    world.connect(alice)
    assert alice.get("/users/me/status").error == "api.status.user_not_found.app_error"
    assert alice.post("/users/status/ids", [alice.id]).json == []
    assert choose(alice, "dnd").status == 404
    world.server.settle()
    assert world.db.fetch_value("SELECT COUNT(*) FROM {status}") == 0
    assert world.server.events("status_change") == []


# --- custom statuses ---


def custom(client: Any) -> Any:
    """Return the custom status as others see it."""
    return json.loads(client.get("/users/me").json["props"]["customStatus"] or "null")


def recent(client: Any) -> list[str]:
    """Return the texts of the recent custom statuses."""
    value = client.get("/users/me/preferences/custom_status/name/recent_custom_statuses").json["value"]
    return [status["text"] for status in json.loads(value)]


def test_a_custom_status_is_set_and_removed(world: World) -> None:
    alice = world.sign_up("alice")
    assert alice.put("/users/me/status/custom", {"emoji": "palm_tree", "text": "away"}).json == {"status": "OK"}
    assert (custom(alice)["emoji"], custom(alice)["text"]) == ("palm_tree", "away")
    assert world.server.events("user_updated")
    assert alice.delete("/users/me/status/custom").status == 200
    assert custom(alice) is None


def test_the_last_five_custom_statuses_are_remembered_newest_first(world: World) -> None:
    alice = world.sign_up("alice")
    for text in ("a", "b", "c", "d", "e", "f", "d"):
        alice.put("/users/me/status/custom", {"emoji": "fire", "text": text})
    assert recent(alice) == ["d", "f", "e", "c", "b"]
    gone = {"emoji": "fire", "text": "f", "duration": "", "expires_at": "0001-01-01T00:00:00Z"}
    assert alice.post("/users/me/status/custom/recent/delete", gone).status == 200
    assert recent(alice) == ["d", "e", "c", "b"]
    again = alice.post("/users/me/status/custom/recent/delete", gone)
    assert again.error == "api.custom_status.recent_custom_statuses.delete.app_error"


@pytest.mark.engines("sqlite")
def test_a_custom_status_is_completed_and_cut(world: World) -> None:
    alice = world.sign_up("alice")
    alice.put("/users/me/status/custom", {"text": "ü" * 101, "expires_at": "2990-01-01T00:00:00+01:00"})
    status = custom(alice)
    assert (status["emoji"], status["text"], status["duration"]) == ("speech_balloon", "ü" * 100, "date_and_time")


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"emoji": "fire", "text": "x", "expires_at": "2001-01-01T00:00:00Z"},
        {"emoji": "fire", "text": "x", "expires_at": "tomorrow"},
        {"emoji": "fire", "text": "x", "expires_at": "2990-01-01T00:00:00Z", "duration": "for_ever"},
        {"emoji": "fire", "text": "x", "duration": "today"},
        {"emoji": "fire", "text": 5},
    ],
)
def test_custom_statuses_that_make_no_sense_are_refused(world: World, body: dict[str, Any]) -> None:
    alice = world.sign_up("alice")
    assert alice.put("/users/me/status/custom", body).status == 400
    assert "customStatus" not in alice.get("/users/me").json.get("props", {})


@pytest.mark.engines("sqlite")
def test_custom_statuses_can_be_turned_off(make_world: Any, database: Any) -> None:
    world = make_world(database, TeamSettings={"EnableCustomUserStatuses": False})
    alice = world.sign_up("alice")
    refused = alice.put("/users/me/status/custom", {"emoji": "fire", "text": "x"})
    assert (refused.status, refused.error) == (501, "api.custom_status.disabled")
