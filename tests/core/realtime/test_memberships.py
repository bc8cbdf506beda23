"""Memberships and sessions change while events are on their way."""

from collections.abc import Callable

import gevent
import pytest
from websockets.exceptions import ConnectionClosed

from hubbub.core.realtime import HubSettings
from hubbub.tests.core.realtime.test_events import CHANNEL, OTHER, flushed, gets, member, user_of
from hubbub.tests.core.realtime.world import Server, World, wait_for


def test_event_right_after_joining_reaches_the_user(own: Server, world: World) -> None:
    client = member(own)
    world.channels[user_of(client)] = {CHANNEL}
    own.hub.forget_memberships(user_of(client))
    own.event("posted", channel_id=CHANNEL)
    assert client.next()["event"] == "posted"


def test_event_right_after_leaving_does_not(own: Server, world: World) -> None:
    client = member(own, CHANNEL)
    world.channels[user_of(client)] = set()
    own.hub.forget_memberships(user_of(client))
    own.event("posted", channel_id=CHANNEL)
    flushed(own)
    assert gets(client) == []


def test_user_who_leaves_while_it_is_read_hears_nothing(own: Server, world: World) -> None:
    """The reading began before the change and must not be used."""
    client = member(own, CHANNEL)
    user = user_of(client)
    own.hub.forget_memberships(user)
    world.slow = 0.05
    own.event("posted", channel_id=CHANNEL)
    seen = len(world.read)
    wait_for(lambda: len(world.read) > seen)
    world.channels[user] = set()
    own.hub.forget_memberships(user)
    flushed(own)
    world.slow = 0.0
    assert gets(client) == []


def test_slow_reading_of_one_user_holds_up_nobody_else(own: Server, world: World) -> None:
    slow, quick = member(own, CHANNEL), member(own, CHANNEL)
    own.hub.forget_memberships(user_of(slow))
    world.slow = 0.3
    own.event("posted", channel_id=CHANNEL)
    assert quick.next(timeout=0.2)["event"] == "posted"
    assert slow.next()["event"] == "posted"


def test_order_is_kept_while_a_user_is_read(own: Server, world: World) -> None:
    client = member(own, CHANNEL)
    own.hub.forget_memberships(user_of(client))
    world.slow = 0.05
    for number in range(5):
        own.event("posted", {"n": number}, channel_id=CHANNEL)
        own.event("preferences_changed", {"n": number}, user_id=user_of(client))
    got = [(event["seq"], event["event"], event["data"]["n"]) for event in client.events(10)]
    assert got == [
        (2 * n + 1 + k, name, n) for n in range(5) for k, name in enumerate(["posted", "preferences_changed"])
    ]


def test_memberships_are_read_once_for_many_events(own: Server, world: World) -> None:
    client = member(own, CHANNEL)
    world.read.clear()
    for _ in range(20):
        own.event(channel_id=CHANNEL)
    client.events(20)
    assert world.read == []


def test_memberships_are_read_again_after_a_while(make_server: Callable[..., Server], world: World) -> None:
    settings = HubSettings(membership_time=0.1, sweep_interval=0.02)
    server = make_server("own", world, settings=settings)
    client = member(server)
    world.channels[user_of(client)] = {CHANNEL}
    for _ in range(2):
        seen = len(world.read)
        wait_for(lambda seen=seen: len(world.read) > seen)
    server.event("posted", channel_id=CHANNEL)
    assert client.next()["event"] == "posted"


def test_failing_reads_are_tried_again(own: Server, world: World) -> None:
    client = member(own, CHANNEL)
    own.hub.forget_memberships(user_of(client))
    world.down = True
    own.event("posted", channel_id=CHANNEL)
    gevent.sleep(0.05)
    world.down = False
    assert client.next()["event"] == "posted"


def test_too_many_events_while_a_user_cannot_be_read_end_the_connection(own: Server, world: World) -> None:
    client, other = member(own, CHANNEL), member(own, CHANNEL)
    own.hub.forget_memberships(user_of(client))
    world.down = True
    for _ in range(300):
        own.event("posted", channel_id=CHANNEL)
    with pytest.raises(ConnectionClosed):
        client.events(1)
    assert len(other.events(300)) == 300
    assert not own.hub.is_connected(user_of(client))


def test_revoked_session_hears_nothing_and_may_do_nothing(server: Server, world: World) -> None:
    session = world.sign_in()
    client = server.user(session)
    del world.sessions[session.token]
    server.hub.forget_session(session.id)
    server.event("preferences_changed", user_id=session.user_id)
    reply = client.act("ping")
    assert reply["status"] == "FAIL"
    assert reply["error"]["id"] == "api.web_socket_router.not_authenticated.app_error"
    assert reply["error"]["status_code"] == 401


def test_other_session_of_the_same_user_goes_on(own: Server, world: World) -> None:
    session = world.sign_in()
    other = world.sign_in(session.user_id)
    client, going_on = own.user(session), own.user(other)
    del world.sessions[session.token]
    own.hub.forget_session(session.id)
    own.event("preferences_changed", user_id=session.user_id)
    assert going_on.next()["event"] == "preferences_changed"
    assert client.act("ping")["status"] == "FAIL"


def test_session_that_is_still_good_after_all_goes_on(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    own.hub.forget_session(session.id)
    own.event("preferences_changed", user_id=session.user_id)
    assert client.next()["event"] == "preferences_changed"


def test_session_ends_when_its_time_is_over(own: Server, world: World) -> None:
    session = world.sign_in(expires_in=300)
    client = own.user(session)
    own.event("preferences_changed", user_id=session.user_id)
    assert client.next()["event"] == "preferences_changed"
    gevent.sleep(0.35)
    own.event("preferences_changed", user_id=session.user_id)
    assert client.act("ping")["status"] == "FAIL"


def test_session_that_was_extended_goes_on(own: Server, world: World) -> None:
    session = world.sign_in(expires_in=200)
    client = own.user(session)
    own.settled()
    session.expires_at += 60_000
    gevent.sleep(0.25)
    own.event("preferences_changed", user_id=session.user_id)
    assert client.next()["event"] == "preferences_changed"


def test_session_revoked_during_the_handshake_hears_nothing(own: Server, world: World) -> None:
    session = world.sign_in()
    original, first = world.get_by_token, True

    def revoke_after_the_first_look(token: str) -> object:
        nonlocal first
        found = original(token)
        if first:
            first = False
            del world.sessions[token]
        return found

    world.get_by_token = revoke_after_the_first_look
    client = own.user(session)
    own.event("preferences_changed", user_id=session.user_id)
    flushed(own)
    assert client.act("ping")["status"] == "FAIL"


def test_challenge_brings_a_revoked_connection_back(own: Server, world: World) -> None:
    session = world.sign_in()
    client = own.user(session)
    del world.sessions[session.token]
    own.hub.forget_session(session.id)
    assert client.act("ping")["status"] == "FAIL"
    again = world.sign_in(session.user_id)
    assert client.act("authentication_challenge", {"token": again.token})["status"] == "OK"
    own.event("preferences_changed", user_id=session.user_id)
    assert client.next()["event"] == "preferences_changed"


def test_disconnecting_a_user_closes_all_and_forgets(own: Server, world: World) -> None:
    session = world.sign_in()
    clients = [own.user(session), own.user(session)]
    other = own.user()
    own.hub.disconnect_user(session.user_id)
    for client in clients:
        with pytest.raises(ConnectionClosed):
            client.next()
    assert other.marker()["status"] == "OK"
    assert session.user_id not in own.hub.registry.index.users


def test_forgetting_reaches_the_other_workers(make_server: Callable[..., Server], world: World) -> None:
    sent: list[tuple[str, bytes]] = []
    first = make_server("own", world, broadcast=lambda topic, body: sent.append((topic, body)))
    second = make_server("own", world)
    client = member(second, OTHER)
    world.channels[user_of(client)] = {CHANNEL}
    first.hub.forget_memberships(user_of(client))
    assert [topic for topic, _body in sent] == ["realtime"]
    second.hub.receive_control(sent[0][1])
    second.event("posted", channel_id=CHANNEL)
    assert client.next()["event"] == "posted"


def test_nothing_is_kept_of_a_user_who_is_gone(own: Server, world: World) -> None:
    client = member(own, CHANNEL, team="t" * 26)
    own.hub.disconnect_user(user_of(client))
    registry = own.hub.registry
    assert (registry.by_id, registry.index.users, registry.index._channels, registry.index._teams) == ({}, {}, {}, {})
    assert registry._sessions == {}
    assert not registry.index.stale
