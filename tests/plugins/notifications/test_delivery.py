"""How notifications are handed over, what else happens after a post, and the operations."""

import json
from typing import Any

import pytest

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.notifications import NotificationService
from hubbub.core.contracts.plugin import Manifest
from hubbub.core.testing import UnexpectedAnswer, make_app
from hubbub.hookspecs import hookimpl
from hubbub.tests.plugins.notifications.conftest import CONFIG, Recording, Site

BOTH = {"email", "push"}


def ephemerals(site: Any, client: Any) -> list[dict[str, Any]]:
    """Return what only somebody was shown."""
    found = [event for event in site.app.events("ephemeral_message") if event.broadcast.user_id == client.id]
    return [json.loads(event.data["post"]) for event in found]


def test_a_broken_way_stops_neither_the_others_nor_the_post(site: Any, caplog: pytest.LogCaptureFixture) -> None:
    person = site.person()
    site.say(site.channel(person), f"@{person.user['username']} (the way is broken)")
    assert site.ways(person) == set()
    assert site.recording.anyhow.portions == [[person.user["username"]]]
    assert "notifier email failed" in caplog.text


def test_ways_that_are_turned_off_get_nothing(site: Any) -> None:
    person = site.person()
    channel = site.channel(person)
    site.app.configure(EmailSettings={"SendPushNotifications": False})
    try:
        site.say(channel, f"@{person.user['username']}")
        assert site.ways(person) == {"email"}
    finally:
        site.app.configure(EmailSettings={"SendPushNotifications": True})


class Silence:
    """A plugin that lets nobody be told of secrets, and only by mail of letters."""

    manifest = Manifest(id="silence", version="1.0.0", summary="Keeps quiet", reloadable=True)

    def __init__(self, context: Any) -> None:
        pass

    @hookimpl
    def notification_will_be_sent(self, notification: Any) -> Any:
        if "secret" in notification.post.message:
            raise Rejected
        if "fail" in notification.post.message:
            raise OSError("a filter fails")
        if "letter" in notification.post.message:
            notification.ways = frozenset({"email"})
        return notification


def test_plugins_may_change_and_refuse_notifications() -> None:
    with make_app(CONFIG, plugins=[Recording, Silence]) as app:
        site = Site(app)
        person = site.person()
        channel = site.channel(person)
        for text, ways in (("so", BOTH), ("a secret", set()), ("a letter", {"email"}), ("fail", set())):
            site.say(channel, f"@{person.user['username']} {text}")
            assert site.ways(person) == ways


def test_the_number_on_the_icon(site: Any) -> None:
    person, other = site.person(), site.person()
    channel = site.channel(person, other)
    for client in (person, other):  # being added was a mention
        rooms = [room["id"] for room in client.get(f"/users/me/teams/{site.team['id']}/channels").json]
        client.post(f"/channels/members/{client.id}/mark_read", rooms)
    root = site.say(channel, f"@{person.user['username']} one")
    site.say(channel, f"@{person.user['username']} two", root_id=root["id"])
    badges = site.app.app.services.get(NotificationService).badges
    assert badges([person.id, other.id]) == {person.id: 2, other.id: 0}
    body = {"user_id": person.id, "category": "display_settings", "name": "collapsed_reply_threads", "value": "on"}
    person.put(f"/users/{person.id}/preferences", [body])
    site.app.settle()
    assert badges([person.id]) == {person.id: 2}  # the mention in the channel, and the thread
    person.post("/channels/members/me/view", {"channel_id": channel["id"], "collapsed_threads_supported": True})
    assert badges([person.id]) == {person.id: 1}


# --- what authors are told ---


def test_the_author_hears_that_a_channel_is_too_large(site: Any) -> None:
    people = [site.person() for _ in range(11)]
    site.say(site.channel(*people), "@all come")
    assert site.ways(people[0]) == set()
    assert "more than 10 members" in ephemerals(site, site.alice)[-1]["message"]


def test_the_author_hears_who_is_not_in_the_channel(site: Any) -> None:
    inside, outside = site.person(), site.person()
    channel = site.channel(inside)
    before = len(ephemerals(site, site.alice))
    site.say(channel, f"@{inside.user['username']} and @nobody and `@{outside.user['username']}`")
    assert len(ephemerals(site, site.alice)) == before
    post = site.say(channel, f"@{inside.user['username']} and @{outside.user['username']}.")
    shown = ephemerals(site, site.alice)[-1]
    assert shown["props"]["add_channel_member"]["post_id"] == post["id"]
    assert shown["props"]["add_channel_member"]["not_in_channel_user_ids"] == [outside.id]
    assert site.ways(outside) == set()


# --- automatic replies ---


def test_who_is_out_of_office_answers_once_a_day(site: Any) -> None:
    away = {"auto_responder_active": "true", "auto_responder_message": "Back on Monday"}
    person = site.person(own={})
    person.put(f"/users/{person.id}/patch", {"notify_props": {**person.get("/users/me").json["notify_props"], **away}})
    assert person.get(f"/users/{person.id}/status").json["status"] == "ooo"
    channel = site.direct(person)
    for text in ("hello", "are you there?"):
        site.say(channel, text)
    posts = site.alice.get(f"/channels/{channel['id']}/posts").json["posts"].values()
    (reply,) = [post for post in posts if post["type"] == "system_auto_responder"]
    assert (reply["message"], reply["user_id"], bool(reply["root_id"])) == ("Back on Monday", person.id, True)
    assert site.ways(person) == set()
    person.put(f"/users/{person.id}/status", {"user_id": person.id, "status": "online"})
    assert person.get("/users/me").json["notify_props"]["auto_responder_active"] == "false"
    assert person.get(f"/users/{person.id}/status").json["status"] == "online"


# --- repeated notifications ---


def test_urgent_messages_are_repeated_until_often_enough(site: Any) -> None:
    person, other = site.person(), site.person()
    channel = site.channel(person, other)
    priority = {"priority": "urgent", "persistent_notifications": True}
    body = {
        "channel_id": channel["id"],
        "message": f"@{person.user['username']} come",
        "metadata": {"priority": priority},
    }
    post = site.alice.post("/posts", body).json
    site.app.settle()
    site.recording.phone.got.clear()
    site.recording.mail.got.clear()
    repeating = site.app.plugin("post_priority").repeating
    db = site.app.app.db
    repeating.run()
    assert site.ways(person) == set()  # not yet
    sent = 0
    for _ in range(8):
        db.execute("UPDATE {persistentnotifications} SET createat = 1, lastsentat = 1 WHERE deleteat = 0", ())
        site.recording.phone.got.clear()
        repeating.run()
        repeating.run()  # another worker, a moment later
        sent += len(site.recording.phone.got)
        if site.recording.phone.got:
            assert site.only(person).is_repeated
            assert site.ways(person) == {"push"}
    assert sent == 6
    events = [one for one in site.app.events("persistent_notification_triggered") if one.broadcast.user_id == person.id]
    assert len(events) == 6
    assert json.loads(events[0].data["mentions"]) == [person.id]
    assert json.loads(events[0].data["post"])["id"] == post["id"]
    assert {one.broadcast.user_id for one in site.app.events("persistent_notification_triggered")} == {person.id}


# --- operations ---


def test_devices_say_that_they_got_a_push(site: Any) -> None:
    person, stranger = site.person(), site.person()
    post = site.say(site.channel(person), f"@{person.user['username']} hello")
    ack = {"id": "a" * 26, "platform": "ios", "type": "message", "received_at": 1, "post_id": post["id"]}
    assert person.post("/notifications/ack", ack).json == {"status": "OK"}
    loaded = person.post("/notifications/ack", {**ack, "is_id_loaded": True}).json
    assert (loaded["post_id"], loaded["is_id_loaded"]) == (post["id"], True)
    assert post["message"] in loaded["message"]
    site.app.settle()
    assert [one.id for one in site.recording.phone.acks] == ["a" * 26] * 2
    channel = site.alice.post("/channels/direct", [site.alice.id, person.id]).json
    private = site.say(channel, "for you only")
    with pytest.raises(UnexpectedAnswer, match="403"):
        stranger.post("/notifications/ack", {**ack, "post_id": private["id"], "is_id_loaded": True})
    with pytest.raises(UnexpectedAnswer, match=r"message\.parse"):
        person.post("/notifications/ack", b"nonsense")


def test_acknowledgements_need_pushes(site: Any) -> None:
    person = site.person()
    site.app.configure(EmailSettings={"SendPushNotifications": False})
    try:
        with pytest.raises(UnexpectedAnswer, match=r"api\.push_notification\.disabled\.app_error"):
            person.post("/notifications/ack", {"id": "a" * 26})
    finally:
        site.app.configure(EmailSettings={"SendPushNotifications": True})
