"""What clients hear of threads, and who of them."""

import json
from typing import Any

import pytest

from hubbub.tests.plugins.threads.world import THREADS

pytestmark = pytest.mark.engines("sqlite")  # what is read and counted is tested elsewhere, on each engine
PREFERENCE = {"category": "display_settings", "name": "collapsed_reply_threads"}


def choose(client: Any, value: str) -> None:
    """Turn collapsed threads on or off for oneself."""
    body = [{"user_id": client.id, **PREFERENCE, "value": value}]
    assert client.put("/users/me/preferences", body).status == 200


def test_each_follower_is_told_of_a_reply_and_nobody_else(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    talk.server.settle()
    talk.server.sent.clear()
    talk.reply(talk.bob, root, "@carol")
    talk.server.settle()
    events = {event.broadcast.user_id: event for event in talk.server.events("thread_updated")}
    assert set(events) == {talk.alice.id, talk.bob.id, talk.carol.id}
    assert {event.broadcast.team_id for event in events.values()} == {talk.team}

    def told(client: Any) -> tuple[int, int, int, int]:
        data = events[client.id].data
        thread = json.loads(data["thread"])
        assert (thread["id"], thread["reply_count"], thread["post"]["message"]) == (root["id"], 2, "root")
        assert [user["username"] for user in thread["participants"]] == ["bob"]
        return (
            thread["unread_replies"],
            data["previous_unread_replies"],
            thread["unread_mentions"],
            data["previous_unread_mentions"],
        )

    assert told(talk.alice) == (2, 1, 0, 0)
    assert told(talk.bob) == (0, 0, 0, 0)
    assert told(talk.carol) == (1, 0, 1, 0), "new to the thread"


def test_thread_updated_comes_after_posted_in_the_order_of_the_replies(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    for number in range(3):
        talk.reply(talk.bob, root, str(number))
    talk.server.settle()
    names = [event.name for event in talk.server.sent if event.name in ("posted", "thread_updated")]
    assert names.index("thread_updated") > names.index("posted")
    mine = [event.data for event in talk.server.events("thread_updated") if event.broadcast.user_id == talk.alice.id]
    assert [(json.loads(data["thread"])["unread_replies"], data["previous_unread_replies"]) for data in mine] == [
        (1, 0),
        (2, 1),
        (3, 2),
    ]


def test_a_deleted_reply_is_told_with_what_was_unread_before(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol")
    reply = talk.reply(talk.bob, root, "@carol")
    talk.told("thread_updated", talk.carol)
    talk.bob.delete(f"/posts/{reply['id']}")
    (data,) = talk.told("thread_updated", talk.carol)
    thread = json.loads(data["thread"])
    assert (thread["reply_count"], thread["unread_replies"], thread["unread_mentions"]) == (1, 1, 1)
    assert (data["previous_unread_replies"], data["previous_unread_mentions"]) == (2, 2)


def test_posted_names_to_each_follower_only_themselves(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol")
    *_, event = talk.server.events("posted")
    assert event.per_user == {
        talk.alice.id: {"followers": f'["{talk.alice.id}"]'},
        talk.carol.id: {"mentions": f'["{talk.carol.id}"]', "followers": f'["{talk.carol.id}"]'},
    }


@pytest.mark.parametrize(
    ("props", "named"),
    [({"desktop": "none"}, False), ({"desktop_threads": "mention"}, False), ({"desktop": "all"}, True)],
)
def test_followers_who_want_nothing_on_the_desktop_are_not_named(talk: Any, props: dict[str, str], named: bool) -> None:
    notify_props = {**talk.alice.user["notify_props"], **props}
    assert talk.alice.put("/users/me/patch", {"notify_props": notify_props}).status == 200
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    *_, event = talk.server.events("posted")
    assert (talk.alice.id in (event.per_user or {})) is named


def test_following_is_told_to_oneself(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root)
    talk.server.sent.clear()
    talk.carol.put(f"{talk.path(root)}/following")
    talk.carol.delete(f"{talk.path(root)}/following")
    events = talk.server.events("thread_follow_changed")
    assert [event.data for event in events] == [
        {"thread_id": root["id"], "state": state, "reply_count": 1} for state in (True, False)
    ]
    assert {(event.broadcast.user_id, event.broadcast.team_id) for event in events} == {(talk.carol.id, talk.team)}


def test_reading_is_told_to_oneself_in_two_shapes(talk: Any) -> None:
    root = talk.say(talk.alice, "root")
    reply = talk.reply(talk.bob, root, "@carol")
    time = reply["create_at"]
    talk.told("thread_read_changed", talk.carol)
    talk.carol.put(f"{talk.path(root)}/read/{time}")
    assert talk.told("thread_read_changed", talk.carol) == [
        {
            "thread_id": root["id"],
            "timestamp": time,
            "unread_mentions": 0,
            "unread_replies": 0,
            "previous_unread_mentions": 1,
            "previous_unread_replies": 1,
            "channel_id": talk.channel,
        }
    ]
    talk.carol.put(f"{talk.path()}/read")
    (event,) = talk.server.events("thread_read_changed")
    assert (event.data, event.broadcast.user_id, event.broadcast.team_id) == ({}, talk.carol.id, talk.team)


@pytest.mark.parametrize(
    ("mode", "bob", "carol"),
    [
        ("always_on", True, True),
        ("default_on", True, False),
        ("default_off", True, False),
        ("disabled", False, False),
    ],
)
def test_who_has_collapsed_threads(make_talk: Any, mode: str, bob: bool, carol: bool) -> None:
    talk = make_talk(ServiceSettings={"CollapsedThreads": mode})
    choose(talk.bob, "on")
    choose(talk.carol, "off")
    root = talk.say(talk.alice, "root")
    talk.reply(talk.alice, root, "@bob @carol")
    assert talk.unread(talk.carol, root) == (1, 1), "it is counted all the same"
    talk.server.settle()
    told = {event.broadcast.user_id for event in talk.server.events("thread_updated")}
    assert (talk.bob.id in told, talk.carol.id in told) == (bob, carol)
    assert talk.server.app.config_store.current.ServiceSettings.CollapsedThreads == mode


def test_looking_at_a_channel_reads_its_threads_for_who_has_none(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"CollapsedThreads": "default_on"})
    choose(talk.carol, "off")
    root = talk.say(talk.alice, "root")
    talk.reply(talk.bob, root, "@carol")
    talk.told("posted", talk.carol)
    talk.carol.post("/channels/members/me/view", {"channel_id": talk.channel, "collapsed_threads_supported": True})
    assert talk.unread(talk.carol, root) == (0, 0)
    assert talk.told("thread_read_changed", talk.carol) == []


@pytest.mark.parametrize(("on", "told"), [(True, "always_on"), (False, "disabled")])
def test_clients_are_told_whether_there_are_threads(make_talk: Any, on: bool, told: str) -> None:
    only = (*THREADS, "system") if on else tuple(name for name in (*THREADS, "system") if name != "threads")
    talk = make_talk(only)
    assert talk.carol.get("/config/client").json["CollapsedThreads"] == told
