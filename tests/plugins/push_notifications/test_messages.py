"""What phones are told of messages, and how much of it."""

import json
from base64 import b64decode
from collections import Counter
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_der_public_key

from hubbub.core.contracts.statuses import StatusService
from hubbub.core.plain_text import plain_text


def test_a_mention_comes_to_every_phone_of_a_person(phones: Any) -> None:
    person = phones.person("apple_rn-v2:aaa", "android_rn-v2:bbb:ccc")
    channel = phones.channel(person)
    got = phones.say(channel, f"@{person.user['username']} **hello** [there](https://example.com)")
    assert {(one["platform"], one["device_id"]) for one in got} == {
        ("apple_rn-v2", "aaa"),
        ("android_rn-v2", "bbb:ccc"),
    }
    one = got[0]
    assert one["path"] == "/api/v1/send_push"
    assert one["message"] == f"@alice: @{person.user['username']} hello there"
    assert (one["type"], one["version"], one["category"]) == ("message", "v2", "CAN_REPLY")
    assert (one["channel_id"], one["team_id"]) == (channel["id"], phones.team["id"])
    assert (one["channel_name"], one["sender_name"], one["sender_id"]) == (
        channel["display_name"],
        "alice",
        phones.alice.id,
    )
    assert (one["is_id_loaded"], one["is_crt_enabled"]) == (False, False)
    assert len({one["ack_id"] for one in got}) == 2
    assert all(len(one["ack_id"]) == 26 for one in got)


def test_pushes_are_signed_with_the_key_that_clients_are_told(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    (one,) = phones.say(phones.channel(person), f"@{person.user['username']} hello")
    config = person.get("/config/client").json
    key = load_der_public_key(b64decode(config["AsymmetricSigningPublicKey"]))
    claims = jwt.decode(one["signature"], key, algorithms=["ES256"])
    assert claims == {"ack_id": one["ack_id"], "device_id": "aaa"}
    assert one["server_id"] == config["DiagnosticId"]


@pytest.mark.parametrize(
    ("contents", "message", "names_channel", "names_sender"),
    [
        ("full", "@alice: {mention} the plan", True, True),
        ("generic", "@alice mentioned you.", True, True),
        ("generic_no_channel", "@alice mentioned you.", False, True),
        ("id_loaded", "You have a new message.", False, False),
    ],
)
def test_as_much_is_said_as_the_admin_lets_out(
    phones: Any, contents: str, message: str, names_channel: bool, names_sender: bool
) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.app.configure(EmailSettings={"PushNotificationContents": contents})
    mention = f"@{person.user['username']}"
    (one,) = phones.say(channel, f"{mention} the plan")
    assert one["message"] == message.format(mention=mention)
    assert one.get("channel_name", "") == (channel["display_name"] if names_channel else "")
    assert one.get("sender_name", "") == ("alice" if names_sender else "")
    assert one["is_id_loaded"] is (contents == "id_loaded")
    assert "the plan" not in json.dumps(one) or contents == "full"


def test_what_was_only_announced_is_fetched_with_the_acknowledgement(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.app.configure(EmailSettings={"PushNotificationContents": "id_loaded"})
    (one,) = phones.say(channel, f"@{person.user['username']} the **plan**")
    assert one["sender_id"] == person.id
    ack = {"id": one["ack_id"], "platform": "ios", "type": "message", "received_at": 5, "post_id": one["post_id"]}
    loaded = person.post("/notifications/ack", {**ack, "is_id_loaded": True}).json
    assert (loaded["message"], loaded["ack_id"]) == (f"@alice: @{person.user['username']} the plan", one["ack_id"])
    phones.rest()
    (told,) = [body for body in phones.proxy.got if body["path"] == "/api/v1/ack"]
    assert {**told, "path": ""} == {**ack, "is_id_loaded": True, "path": ""}


def test_a_direct_message_is_named_after_its_author(phones: Any) -> None:
    person = phones.person("android_rn:aaa")
    direct = phones.alice.post("/channels/direct", [phones.alice.id, person.id]).json
    phones.app.configure(EmailSettings={"PushNotificationContents": "generic_no_channel"})
    (one,) = phones.say(direct, "psst")
    assert (one["message"], one["channel_name"]) == ("@alice wrote to you.", "alice")
    assert "team_id" not in one
    phones.app.configure(EmailSettings={"PushNotificationContents": "full"})
    (one,) = phones.say(direct, "psst")
    assert one["message"] == "psst"


def test_texts_are_in_the_reader_s_language(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    person.put(f"/users/{person.id}/patch", {"locale": "de"})
    phones.app.configure(EmailSettings={"PushNotificationContents": "generic"})
    (one,) = phones.say(phones.channel(person), f"@{person.user['username']} hello")
    assert one["message"] == "@alice hat Sie erwähnt."


def test_the_number_on_the_icon_comes_along(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    before = phones.say(channel, f"@{person.user['username']} one")[0]["badge"]
    assert phones.say(channel, f"@{person.user['username']} two")[0]["badge"] == before + 1


def test_long_texts_are_cut_between_characters(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    (one,) = phones.say(phones.channel(person), f"@{person.user['username']} " + "ü" * 5000)
    assert 2040 < len(one["message"].encode()) <= 2047
    assert one["message"].endswith("ü")


def test_plugins_change_and_refuse_pushes(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    assert phones.say(channel, f"@{person.user['username']} secret") == []
    (one,) = phones.say(channel, f"@{person.user['username']} shout")
    assert one["message"].endswith("SHOUT")


def test_what_webhooks_call_themselves_is_told_where_that_is_allowed(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.app.configure(ServiceSettings={"EnablePostUsernameOverride": True, "EnablePostIconOverride": False})
    hook = phones.alice.post("/hooks/incoming", {"channel_id": channel["id"]}).json
    body = {"text": f"@{person.user['username']} done", "username": "ci", "icon_url": "https://example.com/i.png"}
    phones.app.client().post(f"/hooks/{hook['id']}", body, raw_path=True)
    phones.rest()
    (one,) = phones.proxy.of("message")
    assert (one["override_username"], one["from_webhook"], one["sender_name"]) == ("ci", "true", "ci")
    assert "override_icon_url" not in one


def test_people_without_a_phone_are_no_trouble(phones: Any) -> None:
    person = phones.person()
    assert phones.say(phones.channel(person), f"@{person.user['username']} hello") == []
    assert phones.proxy.got == []


def test_who_is_muted_busy_or_looking_is_left_alone(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    text = f"@{person.user['username']} hello"
    assert len(phones.say(channel, text)) == 1
    phones.app.app.services.get(StatusService).set_manual(person.id, "online")
    person.post("/channels/members/me/view", {"channel_id": channel["id"]})
    assert phones.say(channel, text) == []
    person.post("/channels/members/me/view", {"channel_id": ""})
    assert len(phones.say(channel, text)) == 1
    person.put(f"/users/{person.id}/status", {"user_id": person.id, "status": "dnd"})
    assert phones.say(channel, text) == []


def test_nothing_is_pushed_when_pushes_are_off(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    channel = phones.channel(person)
    phones.app.configure(EmailSettings={"SendPushNotifications": False})
    try:
        phones.say(channel, f"@{person.user['username']} hello")
        person.post("/channels/members/me/view", {"channel_id": channel["id"]})
        phones.rest()
        assert phones.proxy.got == []
    finally:
        phones.app.configure(EmailSettings={"SendPushNotifications": True})


def test_the_test_notification_comes_to_the_phone(phones: Any) -> None:
    person = phones.person("apple_rn:aaa")
    phones.proxy.reset()
    person.post("/notifications/test")
    phones.rest()
    (one,) = phones.proxy.of("message")
    assert "test" in one["message"]


def test_many_people_take_as_many_statements_as_few(phones: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [phones.person(f"apple_rn:{number}") for number in range(9)]
    few, many = phones.channel(*people[:2]), phones.channel(*people)
    db = phones.app.app.db
    run, statements = db._run, []

    def counting(*arguments: Any) -> Any:
        # What was sent leaves the table when its time comes, for many at once.
        sql = getattr(arguments[1], "text", arguments[1])
        if "hb_push_queue" not in sql or "INSERT" in sql:
            statements.append(sql)
        return run(*arguments)

    counts = {}
    for channel, size in ((few, 2), (many, 9)):
        phones.say(channel, "@all so that everything is cached")
        monkeypatch.setattr(db, "_run", counting)
        statements.clear()
        assert len(phones.say(channel, "@all come")) == size
        counts[size] = Counter(statements)
        monkeypatch.setattr(db, "_run", run)
    # Once: what other plugins ask from time to time is no matter.
    assert not [sql for sql, times in counts[9].items() if times > max(1, counts[2][sql])]
    assert sum("{sessions}" in sql for sql in counts[9]) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** _it_ *it* ~~gone~~ `code`", "bold it it gone code"),
        ("# Title\n> quoted", "Title\nquoted"),
        ("```python\nx = 1\n```", "x = 1"),
        ('![cat](https://example.com/c.png) [a](https://example.com/?x=1 "t")', "cat a"),
        ("snake_case_name 2*3*4 a * b", "snake_case_name 2*3*4 a * b"),
    ],
)
def test_marks_are_left_out(text: str, shown: str) -> None:
    assert plain_text(text) == shown
