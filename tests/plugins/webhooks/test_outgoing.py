"""Messages that are sent on to other programs: which, as what, and what becomes of the answers."""

from typing import Any

import pytest

from hubbub.core.contracts.posts import Post
from hubbub.plugins.webhooks.records import OutgoingWebhook
from hubbub.plugins.webhooks.triggers import wanting
from hubbub.tests.plugins.posts.world import Talk
from hubbub.tests.plugins.webhooks.kit import Program, delivered, incoming, outgoing, posts, send

pytestmark = pytest.mark.engines("sqlite")  # but for those that try every query

RULES = {
    "word": {"trigger_words": ["build", "run"]},
    "start": {"trigger_words": ["bu"], "trigger_when": 1},
    "all": {"channel_id": "here"},
    "here": {"channel_id": "here", "trigger_words": ["build"]},
    "there": {"channel_id": "there", "trigger_words": ["build"]},
    "none": {},
}


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("build it", {"word": "build", "start": "bu", "all": "", "here": "build"}),
        ("  run\nnow", {"word": "run", "all": ""}),
        ("building", {"start": "bu", "all": ""}),
        ("Build", {"all": ""}),
        ("please build", {"all": ""}),
        ("", {"all": ""}),
    ],
)
def test_which_messages_trigger_which_rules(message: str, wanted: dict[str, str]) -> None:
    hooks = [OutgoingWebhook(id=name, **fields) for name, fields in RULES.items()]  # type: ignore[arg-type]  # rules of several shapes
    found = wanting(hooks, Post(channel_id="here", message=message))
    assert {hook.id: word for hook, word in found} == wanted


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_a_message_is_sent_as_a_form_and_the_answer_is_posted(talk: Talk, program: Program) -> None:
    hook = outgoing(talk, program.url, username="robot")
    program.say((200, {"text": "started <https://ci.example.com|7>"}))
    post = talk.say(talk.bob, "build main")
    delivered(talk)
    assert program.fields == [
        {
            "token": hook["token"],
            "team_id": talk.team,
            "team_domain": "crew",
            "channel_id": talk.channel,
            "channel_name": "talk",
            "timestamp": str(post["create_at"]),
            "user_id": talk.bob.id,
            "user_name": "bob",
            "post_id": post["id"],
            "text": "build main",
            "trigger_word": "build",
            "file_ids": "",
        }
    ]
    (answer,) = posts(talk)
    assert (answer["message"], answer["root_id"]) == ("started [7](https://ci.example.com)", "")
    assert answer["user_id"] == talk.alice.id
    assert answer["props"]["override_username"] == "robot"
    assert answer["props"]["webhook_display_name"] == "Robot"


def test_as_json_with_an_answer_in_the_thread(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url, content_type="application/json", channel_id=talk.channel, trigger_words=[])
    program.say(
        (200, {"text": "a", "response_type": "comment", "username": "ci", "icon_url": "https://x.example.com/i.png"}),
        (200, {"attachments": [{"title": "b"}], "response_type": "comment", "channel": "#elsewhere"}),
    )
    root = talk.say(talk.bob, "anything")
    delivered(talk)
    reply = talk.say(talk.carol, "more", root_id=root["id"])
    delivered(talk)
    assert [found["post_id"] for found in program.fields] == [root["id"], reply["id"]]
    assert (program.fields[0]["timestamp"], program.fields[0]["trigger_word"]) == (root["create_at"], "")
    first, second = posts(talk)
    assert (first["root_id"], second["root_id"]) == (root["id"], root["id"])
    assert first["props"]["override_username"] == "ci"
    assert first["props"]["override_icon_url"] == "https://x.example.com/i.png"
    assert second["props"]["attachments"][0]["title"] == "b"


def test_what_webhooks_say_triggers_no_webhook(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    program.say((200, {"text": "build again"}))
    talk.say(talk.bob, "build")
    delivered(talk)
    assert send(talk, incoming(talk), {"text": "build"}).status == 200
    delivered(talk)
    assert len(program.seen) == 1
    assert [post["message"] for post in posts(talk)] == ["build again", "build"]


def test_private_and_direct_messages_stay_here(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    secret = talk.make_channel("secret", talk.bob, type="P")
    direct = talk.bob.post("/channels/direct", [talk.bob.id, talk.carol.id]).json["id"]
    for channel in (secret, direct):
        talk.bob.create_post(channel, "build it")
    delivered(talk)
    assert program.seen == []


def test_changes_of_rules_hold_at_once(talk: Talk, program: Program) -> None:
    talk.say(talk.bob, "build")
    talk.server.settle()
    hook = outgoing(talk, program.url)
    path = f"/hooks/outgoing/{hook['id']}"
    talk.say(talk.bob, "build")
    delivered(talk)
    talk.alice.put(path, {"id": hook["id"], "trigger_words": ["deploy"]})
    talk.say(talk.bob, "build")
    talk.say(talk.bob, "deploy")
    delivered(talk)
    talk.alice.delete(path)
    talk.say(talk.bob, "deploy")
    delivered(talk)
    assert [found["trigger_word"] for found in program.fields] == ["build", "deploy"]


def test_nothing_is_sent_while_they_are_turned_off(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    talk.server.configure(ServiceSettings={"EnableOutgoingWebhooks": False})
    talk.say(talk.bob, "build")
    delivered(talk)
    assert program.seen == []


def test_without_rules_a_post_costs_no_statement(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.say(talk.bob, "first")
    talk.server.settle()
    plugin = talk.server.plugin("webhooks")
    asked: list[Any] = []
    run = talk.server.app.db._run
    monkeypatch.setattr(talk.server.app.db, "_run", lambda *args: (asked.append(args[1]), run(*args))[1])
    plugin._triggers.posted(Post(channel_id=talk.channel, user_id=talk.bob.id, message="build"))
    assert asked == []
    assert talk.alice.get("/hooks/outgoing").json == []
    assert asked, "statements are noticed"


def test_answers_that_are_no_message_are_not_posted(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url)
    bodies = (b"OK", b"<html>", b"[1]", b'{"text": 7}', b'{"text": ""}', b"{}", b"  ", b"\xff\xfe", b"[" * 100_000)
    for body in bodies:
        program.say((200, body))
        talk.say(talk.bob, "build")
        delivered(talk)
    assert len(program.seen) == len(bodies)
    assert posts(talk) == []


def test_an_answer_is_not_posted_for_somebody_who_is_gone(talk: Talk, program: Program) -> None:
    outgoing(talk, program.url, creator_id=talk.carol.id)
    program.say((200, {"text": "hello"}))
    assert talk.alice.delete(f"/users/{talk.carol.id}").status == 200
    talk.say(talk.bob, "build")
    delivered(talk)
    assert len(program.seen) == 1
    assert posts(talk) == []
