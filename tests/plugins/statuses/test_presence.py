"""Connections decide who is online; time decides who is away; what people choose beats both."""

from typing import Any

import pytest

from hubbub.core.app import create_app
from hubbub.core.clock import now_ms
from hubbub.core.config import ConfigStore
from hubbub.core.contracts.statuses import Status
from hubbub.tests.plugins.conftest import Server, write_config
from hubbub.tests.plugins.statuses.conftest import PLUGINS, World, wait_for


def test_whoever_connects_is_online_and_alone_hears_of_it(world: World) -> None:
    alice, bob = world.sign_up("alice"), world.sign_up("bob")
    others = world.connect(bob)
    others.event("status_change")
    mine = world.connect(alice)
    assert mine.event("status_change") == {"status": "online", "user_id": alice.id}
    assert world.status(alice) == "online"
    assert "status_change" not in others.events_so_far()


def test_whoever_leaves_is_offline_after_the_grace(world: World) -> None:
    alice = world.sign_up("alice")
    mine = world.connect(alice)
    mine.event("status_change")
    mine.close()
    world.wait_for_status(alice, "offline")


def test_whoever_has_a_connection_left_stays_online(world: World) -> None:
    alice = world.sign_up("alice")
    first, second = world.connect(alice), world.connect(alice)
    second.event("status_change")
    first.close()
    wait_for(lambda: len(world.server.app.hub.connections_of(alice.id)) == 1)
    world.presence.left(alice.id)  # as if the news of the other connection had been late
    world.presence.check_left()
    assert world.status(alice) == "online"


def test_whoever_comes_back_within_the_grace_was_never_offline(world: World) -> None:
    world.server.configure(PluginSettings={"Plugins": {"statuses": {"OfflineAfterSeconds": 600}}})
    alice = world.sign_up("alice")
    mine = world.connect(alice)
    mine.event("status_change")
    mine.close()
    wait_for(lambda: alice.id in world.presence._left)
    again = world.connect(alice)
    wait_for(lambda: alice.id not in world.presence._left)
    assert world.status(alice) == "online"
    assert "status_change" not in again.events_so_far()


def test_a_connection_in_another_worker_counts(tmp_path: Any, database: Any) -> None:
    path = write_config(tmp_path, database, (*PLUGINS, "cluster_local"), {})
    servers = [Server(create_app(ConfigStore(path)).hubbub_app) for _ in range(2)]
    try:
        for server in servers:
            server.app.start()
        here, there = (World(server) for server in servers)
        alice, bob = here.sign_up("alice"), here.sign_up("bob")
        here.connect(bob).event("status_change")
        there.connect(alice).event("status_change")
        here.sockets[0].close()
        wait_for(lambda: bob.id in here.presence._left)
        here.presence._left = {alice.id: 0.0, bob.id: 0.0}
        here.presence.check_left()
        assert (here.status(alice), here.status(bob)) == ("online", "offline")
        for one in there.sockets:
            one.close()
    finally:
        for server in servers:
            server.stop()


def test_who_was_left_behind_as_online_is_swept_up(world: World) -> None:
    alice, bob = world.sign_up("alice"), world.sign_up("bob")
    for user in (alice, bob):
        world.statuses.set_online(user.id)
    world.connect(bob)
    world.server.settle()
    for user in (alice, bob):
        world.idle(user, now_ms() - 3_600_000)
    world.presence.sweep()
    assert (world.status(alice), world.status(bob)) == ("offline", "online")


def test_an_idle_client_makes_its_user_away_and_activity_ends_it(world: World) -> None:
    alice = world.sign_up("alice")
    mine = world.connect(alice)
    mine.event("status_change")
    world.idle(alice)
    world.server.app.hooks.tell("on_web_socket_pong", web_conn_id="c" * 26, user_id=alice.id)
    assert mine.event("status_change")["status"] == "away"
    world.statuses.set_online(alice.id)
    assert mine.event("status_change")["status"] == "online"
    world.statuses.set_away_if_idle(alice.id)
    assert world.status(alice) == "online", "active just now"


def test_a_client_that_answers_pings_is_not_offline(world: World) -> None:
    alice = world.sign_up("alice")
    world.connect(alice).event("status_change")
    world.statuses.set_offline([alice.id])  # as if the news of the connection had been lost
    assert world.status(alice) == "offline"
    world.server.app.hooks.tell("on_web_socket_pong", web_conn_id="c" * 26, user_id=alice.id)
    world.wait_for_status(alice, "online")


def test_activity_seen_by_another_worker_keeps_the_user_from_away(world: World) -> None:
    alice = world.sign_up("alice")
    world.statuses.set_online(alice.id)
    world.server.settle()
    stale = Status(user_id=alice.id, status="online", last_activity_at=1)
    world.statuses._statuses.set(alice.id, stale)
    world.statuses.set_away_if_idle(alice.id)
    assert world.status(alice) == "online"


def test_what_was_chosen_is_not_overruled_by_activity_or_leaving(world: World) -> None:
    alice = world.sign_up("alice")
    alice.put("/users/me/status", {"user_id": alice.id, "status": "dnd"})
    mine = world.connect(alice)
    world.statuses.set_online(alice.id)
    assert world.status(alice) == "dnd"
    world.idle(alice)
    world.statuses.set_away_if_idle(alice.id)
    mine.close()
    wait_for(lambda: not world.server.app.hub.is_connected(alice.id))
    world.presence.check_left()
    assert world.status(alice) == "dnd"


def test_activity_is_written_at_most_every_two_minutes(world: World) -> None:
    alice = world.sign_up("alice")

    def last_activity() -> int:
        world.server.settle()
        return int(world.db.fetch_value("SELECT lastactivityat FROM {status} WHERE userid = ?", (alice.id,)))

    world.statuses.set_online(alice.id)
    first = last_activity()
    world.db.execute("UPDATE {status} SET lastactivityat = ?", (first - 5,))
    world.statuses.set_online(alice.id)
    assert last_activity() == first - 5, "noted lately: not written again"
    world.idle(alice, first - 130_000)
    world.statuses.set_online(alice.id)
    assert last_activity() >= first
    assert len(world.server.events("status_change")) == 1


def test_a_user_of_whom_nothing_is_known_may_be_noted_by_many_requests_at_once(world: World) -> None:
    alice = world.sign_up("alice")
    for _ in range(50):
        world.statuses.set_online(alice.id)
    assert world.status(alice) == "online"
    assert len(world.server.events("status_change")) == 1


def test_whoever_is_deactivated_is_offline(world: World) -> None:
    admin, bob = world.sign_up("admin"), world.sign_up("bob")
    world.statuses.set_online(bob.id)
    world.server.settle()
    assert admin.put(f"/users/{bob.id}/active", {"active": False}).status == 200
    assert admin.get(f"/users/{bob.id}/status").json["status"] == "offline"


@pytest.mark.engines("sqlite")
def test_other_workers_hear_again_of_a_channel_that_is_still_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = world.sign_up("alice")
    told: list[Any] = []
    monkeypatch.setattr(world.statuses._context, "broadcast", lambda topic, payload: told.append(topic))
    for _ in range(3):
        world.statuses.set_active_channel(alice.id, "c" * 26)
    assert told == ["active_channel"]
    world.statuses._told.invalidate_all()  # as after some seconds: the others will have forgotten it soon
    world.statuses.set_active_channel(alice.id, "c" * 26)
    assert told == ["active_channel"] * 2


@pytest.mark.engines("sqlite")
def test_the_channel_somebody_looks_at_is_remembered_but_not_shown(world: World) -> None:
    alice = world.sign_up("alice")
    world.statuses.set_active_channel(alice.id, "c" * 26)
    world.server.settle()
    assert world.statuses.get(alice.id).active_channel == "c" * 26
    world.statuses.set_active_channel(alice.id, "")
    assert world.statuses.active_channels([alice.id]) == {}
    shown = alice.get("/users/me/status").json
    assert "active_channel" not in shown
    assert shown["status"] == "online"
