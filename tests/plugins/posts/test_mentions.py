"""Who is mentioned: in the counters of members, and in the event that clients get."""

import json
from typing import Any

import pytest


def mentioned(talk: Any, author: Any, message: str, channel: str = "", **fields: Any) -> set[str]:
    """Post and return the names of whom the event says it mentions."""
    answer = author.post("/posts", {"channel_id": channel or talk.channel, "message": message, **fields})
    assert answer.status == 201, answer
    event = talk.server.events("posted")[-1]
    assert json.loads(event.data["post"])["id"] == answer.json["id"]
    names = {}
    for client in (talk.alice, talk.bob, talk.carol, talk.dave, talk.eve):
        names[client.id] = client.user["username"]
    for user_id, data in (event.per_user or {}).items():
        assert json.loads(data["mentions"]) == [user_id], "each sees only their own id"
    return {names[user_id] for user_id in event.per_user or {}}


def notify(client: Any, **props: str) -> None:
    """Change some notify props of a user."""
    current = client.get("/users/me").json["notify_props"]
    answer = client.put("/users/me/patch", {"notify_props": {**current, **props}})
    assert answer.status == 200, answer


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("hello @bob", {"bob"}),
        ("@BOB!", {"bob"}),
        ("(@bob, @carol.)", {"bob", "carol"}),
        ("@bob: @carol--", {"bob", "carol"}),
        ("@bob_", {"bob"}),
        ("bob", set()),
        ("@bobby", set()),
        ("mail@bob.example", set()),
        ("x@bob", set()),
        ("@dave", set()),
        ("@alice myself", set()),
        ("`@bob` and ``@carol``", set()),
        ("```\n@bob\n```\n@carol", {"carol"}),
        ("~~~\n@bob\n~~~", set()),
        ("```\n@bob", set()),
        ("unclosed ` @bob", {"bob"}),
        ("@channel", {"bob", "carol"}),
        ("@All,", {"bob", "carol"}),
        ("`@all`", set()),
        ("@here", {"bob"}),
        (":@bob:", set()),
        ("", set()),
    ],
)
def test_words_that_mention(talk: Any, message: str, names: set[str]) -> None:
    if "here" in message:
        for client, status in ((talk.bob, "online"), (talk.carol, "away")):
            talk.alice.put(f"/users/{client.id}/status", {"user_id": client.id, "status": status})
    assert mentioned(talk, talk.alice, message) == names
    assert talk.mentions(talk.bob) == ("bob" in names)


def test_keywords_of_ones_own(talk: Any) -> None:
    notify(talk.bob, mention_keys="Deploy,straße,日本, @ops ")
    assert mentioned(talk, talk.alice, "who will DEPLOY?") == {"bob"}
    assert mentioned(talk, talk.alice, "deploying") == set()
    assert mentioned(talk, talk.alice, "it's done...deploy") == {"bob"}
    assert mentioned(talk, talk.alice, "die STRASSE, Hauptstraße 5") == {"bob"}
    assert mentioned(talk, talk.alice, "今日本を読む") == {"bob"}
    assert mentioned(talk, talk.alice, "ask @ops.") == {"bob"}
    assert mentioned(talk, talk.bob, "deploy it myself") == set()


def test_first_names_count_when_wanted_and_as_they_are_written(talk: Any) -> None:
    talk.bob.put("/users/me/patch", {"first_name": "Robert"})
    assert mentioned(talk, talk.alice, "Robert") == set()
    notify(talk.bob, first_name="true")
    assert mentioned(talk, talk.alice, "Hi Robert.") == {"bob"}
    assert mentioned(talk, talk.alice, "hi robert") == set()


def test_everybody_but_who_does_not_want(talk: Any) -> None:
    notify(talk.bob, channel="false")
    assert mentioned(talk, talk.alice, "@all") == {"carol"}
    path = f"/channels/{talk.channel}/members/{talk.carol.id}/notify_props"
    talk.carol.put(path, {"ignore_channel_mentions": "on"})
    assert mentioned(talk, talk.alice, "@all") == set()
    talk.carol.put(path, {"ignore_channel_mentions": "default", "mark_unread": "mention"})
    assert mentioned(talk, talk.alice, "@all") == set(), "muted"
    assert mentioned(talk, talk.alice, "@carol") == {"carol"}
    talk.carol.put(path, {"ignore_channel_mentions": "off"})
    assert mentioned(talk, talk.alice, "@all") == {"carol"}


def test_large_channels_are_not_called_together(talk: Any) -> None:
    talk.server.configure(TeamSettings={"MaxNotificationsPerChannel": 2})
    assert mentioned(talk, talk.alice, "@channel and @bob") == {"bob"}


def test_who_may_not_call_everybody(talk: Any) -> None:
    role = talk.alice.get("/roles/name/channel_user").json
    permissions = [name for name in role["permissions"] if name != "use_channel_mentions"]
    assert talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": permissions}).status == 200
    assert mentioned(talk, talk.bob, "@all @carol") == {"carol"}


def test_a_new_name_and_a_new_member_are_known_at_once(talk: Any) -> None:
    assert mentioned(talk, talk.alice, "@bob @dave @robert") == {"bob"}
    talk.bob.put("/users/me/patch", {"username": "robert"})
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    assert mentioned(talk, talk.alice, "@bob @dave @robert") == {"bob", "dave"}
    talk.dave.delete(f"/channels/{talk.channel}/members/{talk.dave.id}")
    assert mentioned(talk, talk.alice, "@dave") == set()


def test_deactivated_people_are_not_mentioned(talk: Any) -> None:
    assert mentioned(talk, talk.alice, "@bob") == {"bob"}
    talk.alice.put(f"/users/{talk.bob.id}/active", {"active": False})
    assert mentioned(talk, talk.alice, "@bob @all") == {"carol"}


def test_replies_mention_those_who_want_it(talk: Any) -> None:
    notify(talk.bob, comments="root")
    notify(talk.carol, comments="any")
    root = talk.say(talk.bob, "root")["id"]
    assert mentioned(talk, talk.alice, "one", root_id=root) == {"bob"}
    talk.say(talk.carol, "two", root_id=root)
    assert mentioned(talk, talk.alice, "three", root_id=root) == {"bob", "carol"}
    assert mentioned(talk, talk.bob, "four", root_id=root) == {"carol"}


def test_direct_and_group_messages_mention_everybody(talk: Any) -> None:
    direct = talk.alice.post("/channels/direct", [talk.alice.id, talk.eve.id]).json["id"]
    group = talk.alice.post("/channels/group", [talk.bob.id, talk.eve.id]).json["id"]
    own = talk.alice.post("/channels/direct", [talk.alice.id, talk.alice.id]).json["id"]
    assert mentioned(talk, talk.alice, "hi", direct) == {"eve"}
    assert mentioned(talk, talk.alice, "hi", group) == {"bob", "eve"}
    assert mentioned(talk, talk.alice, "hi", own) == set()
    assert [talk.mentions(talk.eve, channel) for channel in (direct, group)] == [1, 1]
    assert talk.mentions(talk.alice, own) == 0


def test_a_webhook_mentions_also_who_made_it(talk: Any) -> None:
    assert mentioned(talk, talk.alice, "@alice", props={"from_webhook": "true"}) == {"alice"}


def test_being_added_is_a_mention(talk: Any) -> None:
    talk.server.configure(TeamSettings={"EnableJoinLeaveMessageByDefault": True})
    talk.alice.post(f"/channels/{talk.channel}/members", {"user_id": talk.dave.id})
    assert talk.mentions(talk.dave) == 1
    unread = talk.dave.get(f"/users/me/channels/{talk.channel}/unread").json
    assert (unread["msg_count"], unread["mention_count"]) == (0, 1)


@pytest.mark.engines("sqlite")
def test_words_that_a_client_only_highlights_mention_nobody(talk: Any) -> None:
    notify(talk.bob, highlight_keys="release")
    assert mentioned(talk, talk.alice, "the release is out") == set()


@pytest.mark.engines("sqlite")
def test_an_edit_mentions_nobody_anew(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    talk.alice.put(f"/posts/{post['id']}/patch", {"message": "hello @bob"})
    assert talk.mentions(talk.bob) == 0
