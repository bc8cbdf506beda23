"""Preferences: saved, read, deleted; whose they are; what is refused."""

import json
from typing import Any

import gevent
import pytest

from hubbub.core.contracts.preferences import Preference, PreferenceService
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.preferences.conftest import ONLY


def entry(user: Any, category: str = "display_settings", name: str = "use_military_time", value: str = "true") -> Any:
    """Return a preference as a client sends it."""
    return {"user_id": user.id, "category": category, "name": name, "value": value}


def test_what_is_saved_is_read_back(server: Any) -> None:
    alice = server.sign_up("alice")
    saved = [entry(alice), entry(alice, "theme", "", '{"type":"Onyx"}')]
    assert alice.put("/users/me/preferences", saved).json == {"status": "OK"}
    assert alice.get("/users/me/preferences").json == saved
    assert alice.get("/users/me/preferences/theme").json == saved[1:]
    assert alice.get("/users/me/preferences/display_settings/name/use_military_time").json == saved[0]


def test_a_new_account_has_what_clients_expect(make_server: Any, database: Any) -> None:
    server = make_server(database, ONLY)
    alice = server.sign_up("alice")
    assert {(one["category"], one["name"], one["value"]) for one in alice.get("/users/me/preferences").json} == {
        ("tutorial_step", alice.id, "0"),
        ("recommended_next_steps", "hide", "false"),
        ("system_notice", "GMasDM", "true"),
    }
    assert server.events("preferences_changed") == []


def test_saving_again_replaces_the_value(server: Any) -> None:
    alice = server.sign_up("alice")
    alice.put("/users/me/preferences", [entry(alice, value="true")])
    alice.put("/users/me/preferences", [entry(alice, value="false"), entry(alice, value="last one wins")])
    assert [one["value"] for one in alice.get("/users/me/preferences").json] == ["last one wins"]


def test_deleting_removes_only_what_is_named(server: Any) -> None:
    alice = server.sign_up("alice")
    alice.put("/users/me/preferences", [entry(alice), entry(alice, name="name_format")])
    assert alice.post("/users/me/preferences/delete", [entry(alice), entry(alice, name="never set")]).status == 200
    assert [one["name"] for one in alice.get("/users/me/preferences").json] == ["name_format"]


def test_what_was_never_set_has_the_errors_of_the_api(server: Any) -> None:
    alice = server.sign_up("alice")
    missing = alice.get("/users/me/preferences/theme/name/x")
    assert (missing.status, missing.error) == (400, "app.preference.get.app_error")
    empty = alice.get("/users/me/preferences/theme")
    assert (empty.status, empty.error) == (404, "api.preference.preferences_category.get.app_error")
    assert alice.get("/users/me/preferences").json == []


def test_the_user_alone_hears_of_changes_after_a_sign_to_reload_the_sidebar(server: Any) -> None:
    alice = server.sign_up("alice")
    alice.put("/users/me/preferences", [entry(alice)])
    alice.post("/users/me/preferences/delete", [entry(alice)])
    heard = [event for event in server.sent if event.name != "new_user"]
    assert [event.name for event in heard] == [
        "sidebar_category_updated",
        "preferences_changed",
        "sidebar_category_updated",
        "preferences_deleted",
    ]
    assert {event.broadcast.user_id for event in heard} == {alice.id}
    assert json.loads(heard[1].data["preferences"]) == [entry(alice)]


def test_preferences_of_others_are_for_admins(server: Any) -> None:
    admin, alice, bob = server.sign_up("admin"), server.sign_up("alice"), server.sign_up("bob")
    path = f"/users/{alice.id}/preferences"
    for attempt in (
        bob.get(path),
        bob.get(f"{path}/theme"),
        bob.get(f"{path}/theme/name/x"),
        bob.put(path, [entry(alice)]),
        bob.post(f"{path}/delete", [entry(alice)]),
    ):
        assert (attempt.status, attempt.error) == (403, "api.context.permissions.app_error")
    assert server.client().get(path).status == 401
    assert admin.put(path, [entry(alice)]).status == 200
    assert alice.get("/users/me/preferences").json == [entry(alice)]


def test_a_body_with_somebody_elses_preferences_changes_nothing(server: Any) -> None:
    admin, alice = server.sign_up("admin"), server.sign_up("alice")
    mixed = [entry(alice), entry(admin)]
    assert alice.put("/users/me/preferences", mixed).error == "api.preference.update_preferences.set.app_error"
    deleted = alice.post("/users/me/preferences/delete", mixed)
    assert (deleted.status, deleted.error) == (403, "api.preference.delete_preferences.delete.app_error")
    assert alice.get("/users/me/preferences").json == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("category", "name", "value", "part"),
    [
        ("", "x", "1", "category"),
        ("c" * 33, "x", "1", "category"),
        ("ü" * 17, "x", "1", "category"),
        ("c", "n" * 33, "1", "name"),
        ("c", "n", "v" * 20_001, "value"),
        ("theme", "", "not json", "theme"),
        ("theme", "", '{"a": 1}', "theme"),
        ("theme", "", "[" * 5_000, "theme"),
        ("sidebar_settings", "limit_visible_dms_gms", "41", "limit_visible_dms_gms"),
        ("sidebar_settings", "limit_visible_dms_gms", "0", "limit_visible_dms_gms"),
        ("sidebar_settings", "limit_visible_dms_gms", "1_0", "limit_visible_dms_gms"),
        ("flagged_post", "not an id", "true", "name"),
    ],
)
def test_what_can_not_be_stored_is_refused_by_name(
    server: Any, category: str, name: str, value: str, part: str
) -> None:
    alice = server.sign_up("alice")
    refused = alice.put("/users/me/preferences", [entry(alice, "ok", "ok"), entry(alice, category, name, value)])
    assert (refused.status, refused.error) == (400, f"model.preference.is_valid.{part}.app_error")
    assert alice.get("/users/me/preferences").json == [], "all or nothing"


def test_the_longest_values_are_stored_whole(server: Any) -> None:
    alice = server.sign_up("alice")
    longest = entry(alice, "c" * 32, "n" * 32, "ü" * 20_000)
    assert alice.put("/users/me/preferences", [longest]).status == 200
    assert alice.get("/users/me/preferences").json == [longest]


@pytest.mark.engines("sqlite")
def test_one_call_takes_1_to_100(server: Any) -> None:
    alice = server.sign_up("alice")
    many = [entry(alice, name=f"n{number}") for number in range(101)]
    assert alice.put("/users/me/preferences", many[:100]).status == 200
    for body in (many, [], {}, None, "x"):
        assert alice.put("/users/me/preferences", body).status == 400
    assert len(alice.get("/users/me/preferences").json) == 100


def test_saves_at_the_same_time_all_succeed(server: Any) -> None:
    alice = server.sign_up("alice")
    names = [f"n{number}" for number in range(10)]
    answers: list[int] = []

    def save(order: list[str]) -> None:
        answers.append(alice.put("/users/me/preferences", [entry(alice, name=name) for name in order]).status)

    gevent.joinall(
        [gevent.spawn(save, names if turn % 2 else names[::-1]) for turn in range(8)], timeout=30, raise_error=True
    )
    assert answers == [200] * 8
    assert len(alice.get("/users/me/preferences").json) == 10


class Listener:
    """A plugin that hears of preferences."""

    def __init__(self) -> None:
        self.heard: list[Preference] = []

    @hookimpl
    def preferences_have_changed(self, preferences: list[Preference]) -> None:
        """Keep them."""
        self.heard += preferences


@pytest.mark.engines("sqlite")
def test_plugins_hear_of_saves(server: Any) -> None:
    listener = Listener()
    server.app.hooks.register(listener, "listener")
    alice = server.sign_up("alice")
    alice.put("/users/me/preferences", [entry(alice)])
    server.settle()
    assert [(one.user_id, one.name) for one in listener.heard] == [(alice.id, "use_military_time")]


def test_other_plugins_ask_who_has_set_something(server: Any) -> None:
    alice, bob, carol = (server.sign_up(name) for name in ("alice", "bob", "carol"))
    preferences = server.app.services.get(PreferenceService)
    preferences.save(alice.id, [Preference(category="notifications", name="email_interval", value="hour")])
    preferences.save(carol.id, [Preference(category="notifications", name="email_interval", value="fifteen")])
    found = preferences.users_with([alice.id, bob.id], "notifications", "email_interval")
    assert found == {alice.id: "hour"}
