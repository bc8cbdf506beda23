"""Many at once, in one worker and in two: nothing is lost or counted twice, and nobody waits for ever."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.posts.test_concurrency import post, together
from hubbub.tests.plugins.threads.world import THREADS

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")


def mentions(talk: Any, client: Any) -> dict[str, int]:
    """Return thread → unread mentions that are stored for somebody."""
    sql = "SELECT postid, unreadmentions FROM {threadmemberships} WHERE userid = ?"
    return dict(talk.server.app.db.fetch_all(sql, (client.id,)))


@pytest.fixture
def pair(make_talk: Any, tmp_path: Path) -> list[Any]:
    """Return two workers of one server: one database, and a bus between them."""
    shared = {"RunDirectory": str(tmp_path / "run")}
    return [make_talk((*THREADS, "cluster_local"), HubbubSettings=shared) for _ in range(2)]


def test_replies_of_many_are_counted_once_each(talk: Any) -> None:
    roots = [talk.say(talk.alice, str(number)) for number in range(3)]

    def write(number: int) -> None:
        author = (talk.alice, talk.bob)[number % 2]
        for turn in range(6):
            fields = {"root_id": roots[turn % 3]["id"]}
            assert post(author, talk.channel, "@carol", **fields).status == 201

    together(*[partial(write, number) for number in range(8)])
    assert mentions(talk, talk.carol) == {root["id"]: 16 for root in roots}
    assert talk.totals_of_threads(talk.carol) == (3, 3, 48)
    talk.server.settle()
    told = [
        (json.loads(event.data["thread"])["unread_mentions"], event.data["previous_unread_mentions"])
        for event in talk.server.events("thread_updated")
        if event.broadcast.user_id == talk.carol.id
    ]
    assert sum(now - before for now, before in told) == 48, "what clients add up is what there is"


def test_two_workers_reply_read_delete_and_follow(pair: list[Any]) -> None:
    roots = [pair[0].say(pair[0].alice, str(number)) for number in range(3)]

    def write(talk: Any, author: Any) -> None:
        for turn in range(8):
            fields = {"root_id": roots[turn % 3]["id"]}
            answer = post(author, talk.channel, "@carol @bob @alice", **fields)
            assert answer.status == 201
            if turn % 4 == 3:
                assert author.delete(f"/posts/{answer.json['id']}").status == 200

    def read(talk: Any) -> None:
        for turn in range(6):
            root = roots[turn % 3]
            body = {"channel_id": talk.channel, "collapsed_threads_supported": False}
            assert talk.carol.post("/channels/members/me/view", body).status == 200
            assert talk.carol.put(f"{talk.path()}/read").status == 200
            method = "PUT" if turn % 2 else "DELETE"
            assert talk.carol.request(method, f"{talk.path(root)}/following").status == 200

    together(
        *[partial(write, talk, author) for talk in pair for author in (talk.alice, talk.bob)],
        *[partial(read, talk) for talk in pair],
    )
    talk = pair[0]
    for root in roots:
        talk.carol.put(f"{talk.path(root)}/following")
        replies = talk.alice.get(f"/posts/{root['id']}/thread").json["posts"].values()
        last_viewed = dict(
            talk.server.app.db.fetch_all(
                "SELECT userid, lastviewed FROM {threadmemberships} WHERE postid = ?", (root["id"],)
            )
        )
        for client in (talk.alice, talk.bob, talk.carol):
            unread = [
                reply
                for reply in replies
                if reply["root_id"] and reply["user_id"] != client.id and reply["create_at"] > last_viewed[client.id]
            ]
            assert talk.unread(client, root) == (len(unread), len(unread))
