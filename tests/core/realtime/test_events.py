"""Who gets an event, in the order of the protocol's checks; what it looks like."""

from typing import Any

import pytest

from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.realtime import decode_event, encode_event, prepare
from hubbub.core.realtime.encode import own_frame_of
from hubbub.tests.core.realtime.world import Client, Server, World, wait_for

CHANNEL, OTHER = "c" * 26, "d" * 26
TEAM = "t" * 26


def gets(client: Client) -> list[str]:
    """Return the names of the events that came before the pong."""
    names = []
    client.say("ping")
    while "event" in (message := client.next()):
        names.append(message["event"])
    return names


def member(server: Server, *channels: str, admin: bool = False, guest: bool = False, team: str = "") -> Client:
    session = server.world.sign_in(guest=guest)
    server.world.channels[session.user_id] = set(channels)
    server.world.teams[session.user_id] = {team}
    if admin:
        server.world.admins.add(session.user_id)
    client = server.user(session)
    client.user_id = session.user_id
    server.settled()
    return client


def user_of(client: Client) -> str:
    return str(client.user_id)


def flushed(server: Server) -> None:
    """Wait until no event is on its way."""
    wait_for(lambda: server.hub._fan_out.waiting == 0 and not server.hub._fan_out._scheduled)
    server.settled()


def test_event_on_the_wire(server: Server) -> None:
    client = member(server, CHANNEL)
    server.event("posted", {"post": '{"id":"x"}', "n": 1}, channel_id=CHANNEL, omit_users={OTHER: True})
    assert client.next() == {
        "event": "posted",
        "data": {"post": '{"id":"x"}', "n": 1},
        "broadcast": {
            "omit_users": {OTHER: True},
            "user_id": "",
            "channel_id": CHANNEL,
            "team_id": "",
            "connection_id": "",
            "omit_connection_id": "",
        },
        "seq": 1,
    }


def test_events_are_numbered_and_replies_are_not(server: Server) -> None:
    client = member(server, CHANNEL)
    for _ in range(3):
        server.event(channel_id=CHANNEL)
    assert [event["seq"] for event in client.events(3)] == [1, 2, 3]
    assert "seq" not in client.marker()
    server.event(channel_id=CHANNEL)
    assert client.next()["seq"] == 4


def test_members_of_the_channel_get_its_events(own: Server) -> None:
    inside, outside = member(own, CHANNEL), member(own, OTHER)
    own.event(channel_id=CHANNEL)
    flushed(own)
    assert (gets(inside), gets(outside)) == (["posted"], [])


def test_members_of_the_team_get_its_events(own: Server) -> None:
    inside, outside = member(own, team=TEAM), member(own)
    own.event("update_team", team_id=TEAM)
    flushed(own)
    assert (gets(inside), gets(outside)) == (["update_team"], [])


def test_event_for_everybody(own: Server) -> None:
    clients = [member(own), member(own, CHANNEL)]
    own.event("config_changed")
    flushed(own)
    assert [gets(client) for client in clients] == [["config_changed"]] * 2


def test_event_for_a_user_ignores_channel_and_omissions(own: Server) -> None:
    client, other = member(own), member(own, CHANNEL)
    user = user_of(client)
    own.event("user_added", channel_id=CHANNEL, user_id=user, omit_users={user: True})
    flushed(own)
    assert (gets(client), gets(other)) == (["user_added"], [])


def test_event_for_one_connection(own: Server, world: World) -> None:
    session = world.sign_in()
    first, second = own.user(session), own.user(session)
    own.event("show_toast", user_id=session.user_id, connection_id=second.connection_id)
    own.event("show_toast", connection_id="x" * 26)
    flushed(own)
    assert (gets(first), gets(second)) == ([], ["show_toast"])


def test_connection_that_caused_it_is_left_out(own: Server, world: World) -> None:
    session = world.sign_in()
    first, second = own.user(session), own.user(session)
    own.event("draft_created", user_id=session.user_id, omit_connection_id=first.connection_id)
    flushed(own)
    assert (gets(first), gets(second)) == ([], ["draft_created"])


def test_omitted_users_are_left_out(own: Server) -> None:
    client, other = member(own, CHANNEL), member(own, CHANNEL)
    own.event("leave_team", channel_id=CHANNEL, omit_users={user_of(client): True})
    flushed(own)
    assert (gets(client), gets(other)) == ([], ["leave_team"])


def test_sanitized_and_sensitive_copies(own: Server) -> None:
    admin, plain = member(own, CHANNEL, admin=True), member(own, CHANNEL)
    own.event("post_deleted", {"copy": "plain"}, channel_id=CHANNEL, contains_sanitized_data=True)
    own.event("post_deleted", {"copy": "admin"}, channel_id=CHANNEL, contains_sensitive_data=True)
    got = admin.next()
    assert (got["data"]["copy"], got["broadcast"]["contains_sensitive_data"]) == ("admin", True)
    got = plain.next()
    assert (got["data"]["copy"], got["broadcast"]["contains_sanitized_data"]) == ("plain", True)
    assert "contains_sensitive_data" not in got["broadcast"]


def test_new_admin_gets_sensitive_events_once_forgotten(own: Server, world: World) -> None:
    client = member(own)
    world.admins.add(user_of(client))
    own.hub.forget_user(user_of(client))
    own.event("plugin_statuses_changed", contains_sensitive_data=True)
    assert client.next()["event"] == "plugin_statuses_changed"


@pytest.mark.parametrize("name", ["new_user", "user_updated"])
def test_guests_hear_only_of_users_they_can_see(own: Server, world: World, name: str) -> None:
    guest, plain = member(own, guest=True), member(own)
    for other in ("seen", "unseen", user_of(guest)):
        data: dict[str, Any] = {"user_id": other} if name == "new_user" else {"user": {"id": other}}
        world.visible.add((user_of(guest), "seen"))
        own.event(name, data)
    seen = [event["data"] for event in guest.events(2)]
    assert [data.get("user_id") or data["user"]["id"] for data in seen] == ["seen", user_of(guest)]
    assert len(plain.events(3)) == 3
    assert gets(guest) == []


def test_guests_order_is_kept_around_a_slow_look(own: Server, world: World) -> None:
    guest = member(own, CHANNEL, guest=True)
    world.visible.add((user_of(guest), "seen"))
    names = ["new_user", "posted", "config_changed", "new_user", "posted"]
    for name in names:
        own.event(name, {"user_id": "seen"}, channel_id=CHANNEL if name == "posted" else "")
    assert [event["event"] for event in guest.events(5)] == names


def test_each_mentioned_user_sees_only_their_own_id(server: Server) -> None:
    first, second, third = (member(server, CHANNEL) for _ in range(3))
    per_user = {user_of(client): {"mentions": f'["{user_of(client)}"]'} for client in (first, second)}
    server.event("posted", {"post": "{}"}, per_user, channel_id=CHANNEL)
    assert first.next()["data"] == {"post": "{}", "mentions": f'["{user_of(first)}"]'}
    assert second.next()["data"] == {"post": "{}", "mentions": f'["{user_of(second)}"]'}
    assert third.next()["data"] == {"post": "{}"}


def test_own_data_replaces_and_stands_alone(own: Server) -> None:
    client, other = member(own, CHANNEL), member(own, CHANNEL)
    own.event("posted", {"post": "hidden", "a": 1}, {user_of(client): {"post": "shown"}}, channel_id=CHANNEL)
    own.event("posted", {}, {user_of(client): {"post": "shown"}}, channel_id=CHANNEL)
    assert [event["data"] for event in client.events(2)] == [{"post": "shown", "a": 1}, {"post": "shown"}]
    assert [event["data"] for event in other.events(2)] == [{"post": "hidden", "a": 1}, {}]


def test_replaced_data_is_not_on_the_wire_twice() -> None:
    event = prepare(Event(name="posted", data={"post": "hidden", "a": 1}, per_user={"u": {"post": "shown"}}))
    frame = own_frame_of(event, "u", False)
    assert frame is not None
    assert frame.prefix.count(b'"post"') == 1
    assert b"hidden" not in frame.prefix


def test_second_connection_is_judged_like_the_first(own: Server, world: World) -> None:
    session = world.sign_in()
    world.admins.add(session.user_id)
    own.user(session)
    own.settled()
    second = own.user(session)
    own.event("plugin_statuses_changed", contains_sensitive_data=True)
    assert second.next()["event"] == "plugin_statuses_changed"


def test_should_ack_only_for_connections_that_asked(own: Server, world: World) -> None:
    session = world.sign_in()
    asked, plain = own.user(session, query="posted_ack=true"), own.user(session)
    own.event("posted", {"post": "{}"}, {session.user_id: {"should_ack": True}}, user_id=session.user_id)
    assert asked.next()["data"] == {"post": "{}", "should_ack": True}
    assert plain.next()["data"] == {"post": "{}"}


@pytest.mark.parametrize("name", ["typing", "reaction_added", "reaction_removed"])
def test_presence_filters_what_is_shown_nowhere(own: Server, name: str) -> None:
    silent, client = member(own, CHANNEL, OTHER), member(own, CHANNEL, OTHER)
    assert client.act("presence", {"channel_id": OTHER}) == {"status": "OK", "seq_reply": 1}
    own.event(name, channel_id=CHANNEL)
    own.event(name, channel_id=OTHER)
    own.event("posted", channel_id=CHANNEL)
    flushed(own)
    assert gets(client) == [name, "posted"]
    assert gets(silent) == [name, name, "posted"]


@pytest.mark.parametrize("thread_view", [True, False])
def test_open_threads_count_as_shown(own: Server, thread_view: bool) -> None:
    client = member(own, CHANNEL, OTHER)
    client.act("presence", {"channel_id": OTHER})
    client.act("presence", {"thread_channel_id": CHANNEL, "is_thread_view": thread_view})
    own.event("typing", channel_id=CHANNEL)
    flushed(own)
    assert gets(client) == ["typing"]
    client.act("presence", {"thread_channel_id": "", "is_thread_view": thread_view})
    own.event("typing", channel_id=CHANNEL)
    flushed(own)
    assert gets(client) == []


def test_event_over_the_bus_is_the_same_event(own: Server) -> None:
    client = member(own, CHANNEL)
    event = Event(
        name="posted",
        data={"post": "ü", "list": [1, None], "deep": {"a": True}},
        broadcast=Broadcast(channel_id=CHANNEL, contains_sanitized_data=False),
        per_user={user_of(client): {"mentions": "me"}},
    )
    own.hub.deliver(event)
    own.hub.deliver(decode_event(encode_event(event)))
    first, second = client.events(2)
    assert first["data"] == second["data"] == {"post": "ü", "list": [1, None], "deep": {"a": True}, "mentions": "me"}
    assert first["broadcast"] == second["broadcast"]
    assert "contains_sanitized_data" not in first["broadcast"]


def test_event_is_what_it_was_when_delivered(own: Server) -> None:
    client = member(own)
    data = {"x": 1}
    own.hub.deliver(Event(name="config_changed", data=data))
    data["x"] = 2
    assert client.next()["data"] == {"x": 1}


def test_large_event_is_one_frame(server: Server) -> None:
    client = member(server)
    server.event("config_changed", {"text": "x" * 100_000})
    assert client.next()["data"]["text"] == "x" * 100_000


def test_many_receivers_get_many_events_in_order(own: Server) -> None:
    clients = [member(own, CHANNEL) for _ in range(40)]
    for number in range(30):
        own.event(data={"n": number}, channel_id=CHANNEL)
    for client in clients:
        assert [(event["seq"], event["data"]["n"]) for event in client.events(30)] == [(n + 1, n) for n in range(30)]
    assert own.hub.stats.events == 40 * 30
