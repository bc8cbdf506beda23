"""Emoji on posts: who may add and remove them, what readers see, who hears of it."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
import pytest

from hubbub.hookspecs import hookimpl

MISSING = "z" * 26
ALL_ENGINES = pytest.mark.engines("sqlite", "postgres", "mysql")
LIMIT = "app.reaction.save.save.too_many_reactions"


def react(client: Any, post: dict[str, Any], emoji: str = "wave", **fields: Any) -> Any:
    """Return the answer to a reaction."""
    return client.post("/reactions", {"user_id": client.id, "post_id": post["id"], "emoji_name": emoji, **fields})


def take_back(client: Any, post: dict[str, Any], emoji: str = "wave", user: Any = None) -> Any:
    """Return the answer to taking a reaction back."""
    return client.delete(f"/users/{(user or client).id}/posts/{post['id']}/reactions/{emoji}")


def names(client: Any, post: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (user id, emoji) of a post's reactions."""
    answer = client.get(f"/posts/{post['id']}/reactions")
    assert answer.status == 200, answer
    return [(entry["user_id"], entry["emoji_name"]) for entry in answer.json]


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Make calls at the same time and return their answers."""
    greenlets = [gevent.spawn(call) for call in calls]
    gevent.joinall(greenlets, timeout=60, raise_error=True)
    return [greenlet.value for greenlet in greenlets]


def test_a_reaction_is_shown_with_the_post_wherever_it_is_read(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    answer = react(talk.bob, post)
    assert answer.status == 200
    reaction = answer.json
    assert reaction["create_at"] == reaction["update_at"] > 0
    assert (reaction["delete_at"], reaction["remote_id"], reaction["channel_id"]) == (0, "", talk.channel)
    shown = talk.carol.get(f"/posts/{post['id']}").json
    assert shown["has_reactions"] is True
    assert shown["metadata"] == {"reactions": [reaction]}
    assert shown["update_at"] > post["update_at"]
    page = talk.carol.get(f"/channels/{talk.channel}/posts").json
    assert page["posts"][post["id"]]["metadata"] == {"reactions": [reaction]}
    assert talk.carol.get(f"/posts/{post['id']}/thread").json["posts"][post["id"]]["metadata"]["reactions"] == [
        reaction
    ]
    assert talk.carol.get(f"/posts/{post['id']}/reactions").json == [reaction]


def test_a_page_that_was_read_before_is_new_after_a_reaction(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    etag = talk.carol.get(f"/channels/{talk.channel}/posts").headers["etag"]
    react(talk.bob, post)
    answer = talk.carol.get(f"/channels/{talk.channel}/posts", headers={"If-None-Match": etag})
    assert answer.status == 200
    assert answer.json["posts"][post["id"]]["metadata"]["reactions"]
    take_back(talk.bob, post)
    assert talk.carol.get(f"/channels/{talk.channel}/posts").json["posts"][post["id"]]["metadata"] == {}


def test_adding_twice_is_one_reaction_and_one_event(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    first, second = react(talk.bob, post), react(talk.bob, post)
    assert first.json == second.json
    assert names(talk.bob, post) == [(talk.bob.id, "wave")]
    assert len(talk.server.events("reaction_added")) == 1


@ALL_ENGINES
def test_taking_back_and_adding_again(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    first = react(talk.bob, post).json
    react(talk.carol, post)
    assert take_back(talk.bob, post).json == {"status": "OK"}
    assert names(talk.bob, post) == [(talk.carol.id, "wave")]
    assert talk.bob.get(f"/posts/{post['id']}").json["has_reactions"] is True
    take_back(talk.carol, post)
    shown = talk.bob.get(f"/posts/{post['id']}").json
    assert "has_reactions" not in shown
    assert shown["metadata"] == {}
    again = react(talk.bob, post).json
    assert (again["create_at"], again["delete_at"]) == (first["create_at"], 0)
    assert names(talk.bob, post) == [(talk.bob.id, "wave")]


def test_taking_back_what_is_not_there_changes_nothing(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    assert take_back(talk.bob, post).status == 200
    assert talk.bob.get(f"/posts/{post['id']}").json["update_at"] == post["update_at"]
    assert talk.server.events("reaction_removed") == []


def test_clients_in_the_channel_hear_of_it(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    reaction = react(talk.bob, post).json
    take_back(talk.bob, post)
    (added,), (removed,) = talk.server.events("reaction_added"), talk.server.events("reaction_removed")
    assert json.loads(added.data["reaction"]) == reaction
    gone = json.loads(removed.data["reaction"])
    assert (gone["emoji_name"], gone["user_id"]) == ("wave", talk.bob.id)
    assert gone["delete_at"] > 0
    for event in (added, removed):
        assert event.broadcast.channel_id == talk.channel
        assert not event.broadcast.user_id
    assert talk.server.events("post_edited") == []


class Watcher:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    @hookimpl
    def reaction_has_been_added(self, reaction: Any) -> None:
        self.told.append(("added", reaction.emoji_name))

    @hookimpl
    def reaction_has_been_removed(self, reaction: Any) -> None:
        self.told.append(("removed", reaction.emoji_name))


@pytest.mark.engines("sqlite")
def test_plugins_are_told(talk: Any) -> None:
    watcher = Watcher()
    talk.server.app.hooks.register(watcher, "watcher")
    post = talk.say(talk.alice, "hello")
    for _ in range(2):
        react(talk.bob, post)
    talk.server.settle()  # plugins are told in the background: of two things in no fixed order
    for _ in range(2):
        take_back(talk.bob, post)
    talk.server.settle()
    assert watcher.told == [("added", "wave"), ("removed", "wave")]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"user_id": ""}, 400, "api.reaction.save_reaction.invalid.app_error"),
        ({"post_id": "x"}, 400, "api.reaction.save_reaction.invalid.app_error"),
        ({"emoji_name": ""}, 400, "api.reaction.save_reaction.invalid.app_error"),
        ({"emoji_name": "no spaces"}, 400, "api.reaction.save_reaction.invalid.app_error"),
        ({"emoji_name": "a" * 65}, 400, "api.reaction.save_reaction.invalid.app_error"),
        ({"emoji_name": "a" * 64}, 404, "app.emoji.get_by_name.no_result"),
        ({"emoji_name": "no_such_emoji"}, 404, "app.emoji.get_by_name.no_result"),
        ({"user_id": MISSING}, 403, "api.reaction.save_reaction.user_id.app_error"),
        ({"post_id": MISSING}, 404, "app.post.get.app_error"),
    ],
)
def test_what_can_not_be_added(talk: Any, fields: dict[str, str], status: int, error: str) -> None:
    post = talk.say(talk.alice, "hello")
    answer = react(talk.bob, post, **fields)
    assert (answer.status, answer.error) == (status, error)
    assert names(talk.bob, post) == []


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("emoji", ["+1", "-1", "thumbsup", "flag-de", "wave_dark_skin_tone", "mattermost", "1234"])
def test_names_that_clients_send(talk: Any, emoji: str) -> None:
    post = talk.say(talk.alice, "hello")
    assert react(talk.bob, post, emoji).status == 200
    assert take_back(talk.bob, post, emoji).status == 200
    assert names(talk.bob, post) == []


@pytest.mark.engines("sqlite")
def test_who_is_outside_the_channel_neither_reacts_nor_sees(talk: Any) -> None:
    private = talk.make_channel("secret", talk.bob, type="P")
    post = talk.alice.post("/posts", {"channel_id": private, "message": "hello"}).json
    react(talk.bob, post)
    assert react(talk.carol, post).status == 403
    assert take_back(talk.carol, post).status == 403
    assert talk.carol.get(f"/posts/{post['id']}/reactions").status == 403
    assert talk.carol.post("/posts/ids/reactions", [post["id"]]).status == 403
    talk.alice.delete(f"/channels/{private}/members/{talk.bob.id}")
    assert take_back(talk.bob, post).status == 403


@pytest.mark.engines("sqlite")
def test_reactions_of_others_are_for_those_who_may(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    react(talk.bob, post)
    assert take_back(talk.carol, post, user=talk.bob).status == 403
    assert names(talk.bob, post) == [(talk.bob.id, "wave")]
    assert take_back(talk.alice, post, user=talk.bob).status == 200
    assert names(talk.bob, post) == []


@pytest.mark.engines("sqlite")
def test_a_role_without_the_permission(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    role = talk.alice.get("/roles/name/channel_user").json
    kept = [name for name in role["permissions"] if name not in ("add_reaction", "remove_reaction")]
    talk.alice.put(f"/roles/{role['id']}/patch", {"permissions": kept})
    assert react(talk.bob, post).status == 403
    assert take_back(talk.bob, post).status == 403


@pytest.mark.engines("sqlite")
def test_an_archived_channel_stays_as_it_is(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    react(talk.bob, post)
    talk.alice.delete(f"/channels/{talk.channel}")
    added, removed = react(talk.bob, post, "heart"), take_back(talk.bob, post)
    assert (added.status, added.error) == (403, "api.reaction.save.archived_channel.app_error")
    assert (removed.status, removed.error) == (403, "api.reaction.delete.archived_channel.app_error")


@pytest.mark.engines("sqlite")
def test_a_deleted_post_takes_and_shows_no_reactions(talk: Any) -> None:
    post = talk.say(talk.bob, "hello")
    react(talk.bob, post)
    talk.bob.delete(f"/posts/{post['id']}")
    assert react(talk.bob, post, "heart").status == 404
    assert take_back(talk.bob, post).status == 404
    assert talk.bob.get(f"/posts/{post['id']}/reactions").status == 404
    assert talk.bob.post("/posts/ids/reactions", [post["id"]]).json == {post["id"]: []}
    deleted = talk.alice.get(f"/posts/{post['id']}?include_deleted=true").json
    assert "reactions" not in deleted["metadata"]


def test_reactions_of_many_posts(talk: Any) -> None:
    first, second, third = (talk.say(talk.alice, text) for text in ("one", "two", "three"))
    react(talk.bob, first)
    react(talk.carol, first, "heart")
    react(talk.bob, third)
    answer = talk.dave.post("/posts/ids/reactions", [post["id"] for post in (first, second, third)])
    assert answer.status == 200  # a public channel of the team
    assert [entry["emoji_name"] for entry in answer.json[first["id"]]] == ["wave", "heart"]
    assert answer.json[second["id"]] == []
    assert [entry["user_id"] for entry in answer.json[third["id"]]] == [talk.bob.id]
    assert talk.bob.post("/posts/ids/reactions", ["x"]).status == 400
    assert talk.bob.post("/posts/ids/reactions", [MISSING]).json == {MISSING: []}
    assert talk.eve.post("/posts/ids/reactions", [first["id"]]).status == 403


@pytest.mark.engines("sqlite")
def test_a_page_costs_one_query_however_many_reactions_it_has(talk: Any) -> None:
    posts = [talk.say(talk.alice, str(number)) for number in range(5)]
    asked: list[str] = []
    db = talk.server.app.db
    fetch = db.fetch_all

    def count(statement: Any, *args: Any, **options: Any) -> Any:
        asked.append(str(getattr(statement, "sql", statement)))
        return fetch(statement, *args, **options)

    db.fetch_all = count

    def cost() -> int:
        asked.clear()
        talk.carol.get(f"/channels/{talk.channel}/posts")
        return sum("reactions}" in sql or "FROM reactions" in sql for sql in asked)

    assert cost() == 0
    for post in posts:
        react(talk.bob, post)
        react(talk.alice, post, "heart")
    assert cost() == 1


def test_a_post_carries_so_many_different_emoji(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"UniqueEmojiReactionLimitPerPost": 2})
    post = talk.say(talk.alice, "hello")
    assert [react(talk.bob, post, emoji).status for emoji in ("wave", "heart")] == [200, 200]
    answer = react(talk.bob, post, "tada")
    assert (answer.status, answer.error) == (400, LIMIT)
    assert "2 different" in answer.json["message"]
    assert react(talk.carol, post, "heart").status == 200
    take_back(talk.bob, post)
    assert react(talk.bob, post, "tada").status == 200


@ALL_ENGINES
def test_a_burst_stays_within_the_limit_and_loses_nothing(make_talk: Any) -> None:
    talk = make_talk(ServiceSettings={"UniqueEmojiReactionLimitPerPost": 3})
    post = talk.say(talk.alice, "hello")
    emoji = ["wave", "heart", "tada", "+1", "-1", "100"]
    people = [talk.alice, talk.bob, talk.carol]
    answers = together(*[partial(react, client, post, name) for name in emoji for client in people])
    assert sorted({answer.status for answer in answers}) == [200, 400]
    assert {answer.error for answer in answers if answer.status == 400} == {LIMIT}
    stored = names(talk.bob, post)
    assert len({name for _, name in stored}) == 3
    assert len(stored) == sum(answer.status == 200 for answer in answers) == len(talk.server.events("reaction_added"))


@ALL_ENGINES
def test_the_last_two_are_taken_back_at_once(talk: Any) -> None:
    post = talk.say(talk.alice, "hello")
    react(talk.bob, post)
    react(talk.carol, post, "heart")
    together(partial(take_back, talk.bob, post), partial(take_back, talk.carol, post, "heart"))
    assert "has_reactions" not in talk.bob.get(f"/posts/{post['id']}").json


@ALL_ENGINES
def test_two_workers_add_the_same_at_once(make_talk: Any) -> None:
    pair = [make_talk() for _ in range(2)]
    post = pair[0].say(pair[0].alice, "hello")
    calls = [partial(react, client, post) for talk in pair for client in (talk.bob, talk.carol)]
    assert {answer.status for answer in together(*calls)} == {200}
    assert sorted(names(pair[0].alice, post)) == sorted((client.id, "wave") for client in (pair[0].bob, pair[0].carol))
