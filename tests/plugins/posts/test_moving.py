"""Moving a thread to another channel: what goes along, who may, who hears of it."""

import json
from functools import partial
from typing import Any

import pytest

from hubbub.tests.plugins.posts.test_concurrency import together

DENIED = "api.post.move_thread.no_permission"
REFUSED = "app.post.move_thread_command.error"
ON = {"FeatureFlags": {"MoveThreadsEnabled": True}}
ALL_ENGINES = pytest.mark.engines("sqlite", "postgres", "mysql")


@pytest.fixture
def movable(make_talk: Any) -> Any:
    """Return people in a channel of a server where threads can be moved."""
    return make_talk(**ON)


def move(client: Any, post: dict[str, Any], channel: str) -> Any:
    """Return the answer to moving a thread."""
    return client.post(f"/posts/{post['id']}/move", {"channel_id": channel})


def texts(client: Any, channel: str) -> list[tuple[str, str]]:
    """Return author and text of a channel's posts, oldest first."""
    page = client.get(f"/channels/{channel}/posts").json
    return [
        (page["posts"][post_id]["user_id"], page["posts"][post_id]["message"]) for post_id in reversed(page["order"])
    ]


@ALL_ENGINES
def test_a_thread_goes_with_authors_times_and_what_is_on_it(movable: Any) -> None:
    talk = movable
    wanted = {"priority": {"priority": "important", "requested_ack": True}}
    root = talk.say(talk.alice, "question @bob", metadata=wanted)
    reply = talk.say(talk.bob, "answer", root_id=root["id"])
    other = talk.say(talk.carol, "elsewhere")
    talk.carol.post("/reactions", {"user_id": talk.carol.id, "post_id": reply["id"], "emoji_name": "wave"})
    talk.bob.post(f"/users/me/posts/{root['id']}/ack")
    target = talk.make_channel("target", talk.bob, talk.carol)
    before = talk.mentions(talk.bob, target)
    assert move(talk.bob, root, target).json == {"status": "OK"}

    page = talk.carol.get(f"/channels/{target}/posts").json
    notice, copied, first = (page["posts"][post_id] for post_id in page["order"])
    assert (first["message"], first["user_id"], first["create_at"]) == (
        "question @bob",
        talk.alice.id,
        root["create_at"],
    )
    assert (copied["message"], copied["user_id"], copied["root_id"]) == ("answer", talk.bob.id, first["id"])
    assert copied["create_at"] == reply["create_at"]
    assert [entry["emoji_name"] for entry in copied["metadata"]["reactions"]] == ["wave"]
    assert first["metadata"]["priority"]["priority"] == "important"
    assert [given["user_id"] for given in first["metadata"]["acknowledgements"]] == [talk.bob.id]
    assert (notice["type"], notice["root_id"], notice["reply_count"]) == ("system_wrangler", first["id"], 2)
    assert notice["message"] == "bob moved this thread of 2 messages from another channel."
    assert talk.mentions(talk.bob, target) == before
    for post in (root, reply):
        assert talk.alice.get(f"/posts/{post['id']}").status == 404
    assert talk.messages(talk.alice) == [other["message"]]


def test_clients_in_both_channels_hear_of_it(movable: Any) -> None:
    talk = movable
    root = talk.say(talk.alice, "one")
    talk.say(talk.bob, "two", root_id=root["id"])
    target = talk.make_channel("target", talk.bob)
    move(talk.bob, root, target)
    moved = [event for event in talk.server.events("posted") if event.broadcast.channel_id == target]
    assert [json.loads(event.data["post"])["message"] for event in moved][:2] == ["one", "two"]
    deleted = talk.server.events("post_deleted")
    assert {json.loads(event.data["post"])["id"] for event in deleted} == {root["id"]}
    assert {event.broadcast.channel_id for event in deleted} == {talk.channel}


@ALL_ENGINES
def test_a_reply_of_the_same_moment_goes_along_or_is_refused(movable: Any) -> None:
    talk = movable
    root = talk.say(talk.alice, "root")
    target = talk.make_channel("target", talk.bob)
    body = {"channel_id": talk.channel, "root_id": root["id"]}
    replies = [partial(talk.bob.post, "/posts", {**body, "message": str(number)}) for number in range(6)]
    moved, *answers = together(partial(move, talk.bob, root, target), *replies)
    assert moved.status == 200
    stored = sorted(answer.json["message"] for answer in answers if answer.status == 201)
    assert {answer.status for answer in answers} <= {201, 400}
    assert sorted(text for _, text in texts(talk.bob, target) if text.isdigit()) == stored
    assert talk.messages(talk.alice) == []


def test_two_who_move_it_at_once_move_it_once(movable: Any) -> None:
    talk = movable
    root = talk.say(talk.alice, "root")
    target = talk.make_channel("target", talk.bob, talk.carol)
    answers = together(partial(move, talk.bob, root, target), partial(move, talk.carol, root, target))
    assert sorted(answer.status for answer in answers) == [200, 404]
    assert [text for _, text in texts(talk.bob, target)].count("root") == 1


@pytest.mark.engines("sqlite")
def test_it_is_off_unless_turned_on(talk: Any) -> None:
    answer = move(talk.bob, talk.say(talk.bob, "x"), talk.make_channel("target", talk.bob))
    assert (answer.status, answer.error) == (501, "api.post.move_thread.disabled.app_error")


@pytest.mark.engines("sqlite")
def test_who_may_move(movable: Any) -> None:
    talk = movable
    root = talk.say(talk.alice, "x")
    target = talk.make_channel("target")
    assert move(talk.bob, root, target).status == 403, "not in the target"
    assert move(talk.dave, root, talk.make_channel("daves", talk.dave)).status == 403, "not in the source"
    talk.alice.post(f"/channels/{target}/members", {"user_id": talk.bob.id})
    talk.server.configure(WranglerSettings={"PermittedWranglerRoles": ["channel_admin"]})
    assert move(talk.bob, root, target).error == DENIED
    talk.server.configure(WranglerSettings={"PermittedWranglerRoles": [], "AllowedEmailDomain": ["corp.example"]})
    assert move(talk.bob, root, target).error == DENIED
    talk.server.configure(
        WranglerSettings={"PermittedWranglerRoles": ["channel_user"], "AllowedEmailDomain": ["example.com"]}
    )
    assert move(talk.bob, root, target).status == 200


@pytest.mark.engines("sqlite")
def test_what_can_not_be_moved(movable: Any) -> None:
    talk = movable
    root = talk.say(talk.bob, "x")
    target = talk.make_channel("target", talk.bob)
    for body in ({}, {"channel_id": "x"}):
        assert talk.bob.post(f"/posts/{root['id']}/move", body).status == 400
    assert move(talk.bob, {"id": "z" * 26}, target).status == 404
    assert move(talk.bob, root, talk.channel).error == REFUSED
    private = talk.make_channel("private", talk.bob, type="P")
    secret = talk.bob.post("/posts", {"channel_id": private, "message": "x"}).json
    assert move(talk.bob, secret, target).error == REFUSED
    talk.server.configure(WranglerSettings={"MoveThreadFromPrivateChannelEnable": True, "MoveThreadMaxCount": 1})
    assert move(talk.bob, secret, target).status == 200
    talk.say(talk.bob, "two", root_id=root["id"])
    assert move(talk.bob, root, target).error == REFUSED
    talk.alice.delete(f"/channels/{target}")
    assert move(talk.bob, root, target).status == 400
    assert len(talk.messages(talk.alice)) == 2
