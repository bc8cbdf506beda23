"""What phones are told when something is read, marked as unread, or a session ends."""

from typing import Any

import pytest

from hubbub.core.clock import now_ms


def test_reading_a_channel_takes_its_notifications_from_the_other_phones(phones: Any) -> None:
    person = phones.person("apple_rn:other")
    mine = phones.phone(person, "apple_rn:mine")
    channel = phones.channel(person)
    phones.say(channel, f"@{person.user['username']} hello")
    mine.post("/channels/members/me/view", {"channel_id": channel["id"]})
    phones.rest()
    (one,) = phones.proxy.of("clear")
    assert (one["device_id"], one["channel_id"], one["cont_ava"]) == ("other", channel["id"], 1)
    assert (one["is_crt_enabled"], one.get("badge", 0)) == (False, _mentions(person))
    mine.post("/channels/members/me/view", {"channel_id": channel["id"]})
    phones.rest()
    assert len(phones.proxy.of("clear")) == 1  # there was nothing new


def _mentions(person: Any) -> int:
    return sum(one["mention_count"] for one in person.get("/users/me/teams/unread").json)


def test_phones_are_not_woken_for_what_they_were_not_told(phones: Any) -> None:
    person, keen = phones.person("apple_rn:aaa"), phones.person("apple_rn:keen", push="all")
    channel = phones.channel(person, keen)
    for one in (person, keen):
        one.post("/channels/members/me/view", {"channel_id": channel["id"]})
        one.post("/channels/members/me/view", {"channel_id": ""})
    phones.rest()
    assert [one["device_id"] for one in phones.say(channel, "just talking")] == ["keen"]
    for one in (person, keen):
        one.post("/channels/members/me/view", {"channel_id": channel["id"]})
    phones.rest()
    assert [one["device_id"] for one in phones.proxy.of("clear")] == ["keen"]


def test_marking_as_unread_corrects_the_number(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    post = phones.alice.create_post(channel, f"@{person.user['username']} hello")
    person.post("/channels/members/me/view", {"channel_id": channel["id"]})
    phones.rest()
    phones.proxy.reset()
    person.post(f"/users/me/posts/{post['id']}/set_unread", {"collapsed_threads_supported": True})
    phones.rest()
    (one,) = phones.proxy.of("update_badge")
    assert (one["badge"], one["sound"], one["cont_ava"]) == (_mentions(person), "none", 1)
    assert phones.proxy.of("clear") == []


def test_threads_are_read_and_unread_too(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    body = {"user_id": person.id, "category": "display_settings", "name": "collapsed_reply_threads", "value": "on"}
    person.put(f"/users/{person.id}/preferences", [body])
    channel = phones.channel(person)
    root = person.create_post(channel, "root")
    (one,) = phones.say(channel, "a reply", root_id=root["id"])
    assert (one["root_id"], one["is_crt_enabled"], one["badge"]) == (root["id"], True, _mentions(person) + 1)
    thread = f"/users/{person.id}/teams/{phones.team['id']}/threads/{root['id']}"
    person.put(f"{thread}/read/{now_ms()}")
    phones.rest()
    (cleared,) = phones.proxy.of("clear")
    assert (cleared["root_id"], cleared["channel_id"], cleared["is_crt_enabled"]) == (root["id"], channel["id"], True)
    person.post(f"{thread}/set_unread/{root['id']}")
    phones.rest()
    assert [one["badge"] for one in phones.proxy.of("update_badge")] == [cleared.get("badge", 0) + 1]
    phones.proxy.reset()
    person.put(f"/users/{person.id}/teams/{phones.team['id']}/threads/read")
    phones.rest()
    assert [one.get("badge", 0) for one in phones.proxy.of("update_badge")] == [cleared.get("badge", 0)]


def test_plugins_hear_what_was_read(phones: Any) -> None:
    person = phones.person()
    channel = phones.channel(person)
    phones.say(channel, f"@{person.user['username']} hello")
    shaper = phones.app.plugin("shaper")
    shaper.changes.clear()
    person.post("/channels/members/me/view", {"channel_id": channel["id"]})
    phones.rest()
    (change,) = shaper.changes
    assert (change.user_id, change.channel_ids, change.mentioned_in) == (person.id, (channel["id"],), (channel["id"],))
    assert change.is_read
    assert change.session_id


def test_a_phone_hears_once_that_its_session_has_ended(phones: Any) -> None:
    person = phones.person("apple_rn:ended", "apple_rn:lasting")
    db, pushes = phones.app.app.db, phones.app.plugin("push_notifications").pushes
    phones.proxy.reset()
    db.execute("UPDATE {sessions} SET expiresat = ? WHERE deviceid = ?", (now_ms() - 1, "apple_rn:ended"))
    pushes.tell_expired()
    pushes.tell_expired()  # another worker
    phones.rest()
    (one,) = phones.proxy.of("session")
    assert one["device_id"] == "ended"
    assert one["message"].startswith("You are signed out of ")
    assert [got["device_id"] for got in phones.say(phones.channel(person), f"@{person.user['username']}")] == [
        "lasting"
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b'{"status":"OK"}', "true"),
        (b'{"status":"REMOVE"}', "false"),
        (b'{"status":"FAIL","error":"no"}', "unknown"),
        (b"rubbish", "unknown"),
    ],
)
def test_an_app_may_ask_whether_it_can_be_reached(phones: Any, answer: bytes, said: str) -> None:
    phones.proxy.answer = lambda _body: answer
    device = f"apple_rn:{said}{len(answer)}"
    ping = phones.app.client().get("/system/ping", query={"device_id": device, "get_server_status": "true"})
    assert ping.json["CanReceiveNotifications"] == said
    (one,) = phones.proxy.of("test")
    assert (one["badge"], one["version"]) == (-1, "2")
    assert "message" not in one
    phones.app.client().get("/system/ping", query={"device_id": device})
    assert len(phones.proxy.of("test")) == (1 if answer.startswith(b"{") else 2)


@pytest.mark.parametrize("device", ["x", "apple:", "pear_rn:abc", "apple_rn:a b", "apple_rn:" + "x" * 600])
def test_what_is_no_device_is_not_asked_about(phones: Any, device: str) -> None:
    ping = phones.app.client().get("/system/ping", query={"device_id": device})
    assert ping.json["CanReceiveNotifications"] == "unknown"
    assert phones.proxy.got == []
