"""Many at once, in one worker and in two: nothing is lost, counted twice or seen too late."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.tests.plugins.posts.world import ONLY


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Make calls at the same time and return their answers."""
    greenlets = [gevent.spawn(call) for call in calls]
    gevent.joinall(greenlets, timeout=60, raise_error=True)
    assert all(greenlet.ready() for greenlet in greenlets)
    return [greenlet.value for greenlet in greenlets]


@pytest.fixture
def pair(make_talk: Any, tmp_path: Path) -> list[Any]:
    """Return two workers of one server: one database, and a bus between them."""
    shared = {"RunDirectory": str(tmp_path / "run")}
    return [make_talk((*ONLY, "cluster_local"), HubbubSettings=shared) for _ in range(2)]


def post(client: Any, channel: str, message: str, **fields: Any) -> Any:
    """Return the answer to a new post."""
    return client.post("/posts", {"channel_id": channel, "message": message, **fields})


def stored(talk: Any) -> list[str]:
    """Return the texts of all posts of the channel."""
    texts: list[str] = []
    for number in range(10):
        texts += talk.messages(talk.alice, page=number, per_page=200)
    return texts


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another worker hears of over the bus."""
    with gevent.Timeout(10):
        while not condition():
            gevent.sleep(0.001)


def test_300_posts_at_once(talk: Any) -> None:
    root = talk.say(talk.alice, "root")["id"]
    authors = [talk.alice, talk.bob, talk.carol]

    def write(number: int) -> list[int]:
        author, answers = authors[number % 3], []
        for turn in range(10):
            fields = {"root_id": root} if turn % 2 else {}
            answers.append(post(author, talk.channel, f"{number}.{turn} @bob", **fields).status)
        return answers

    answers = together(*[partial(write, number) for number in range(30)])
    assert [status for list_ in answers for status in list_] == [201] * 300
    assert sorted(stored(talk)) == sorted(["root", *(f"{n}.{turn} @bob" for n in range(30) for turn in range(10))])
    assert talk.totals() == (301, 151)
    assert talk.alice.get(f"/posts/{root}").json["reply_count"] == 150
    answered = talk.server.events("posted")
    assert len({json.loads(event.data["post"])["id"] for event in answered}) == len(answered) == 301
    assert len(talk.alice.get(f"/posts/{root}/thread").json["order"]) == 151


def test_two_workers_count_together(pair: list[Any]) -> None:
    root = pair[0].say(pair[0].alice, "root")["id"]

    def write(talk: Any, author: Any, number: int) -> None:
        for turn in range(10):
            fields = {"root_id": root} if turn % 2 else {}
            assert post(author, talk.channel, f"{number}.{turn} @carol", **fields).status == 201

    together(*[partial(write, pair[n % 2], pair[n % 2].bob, n) for n in range(8)])
    for talk in pair:
        assert talk.totals() == (81, 41)
        assert talk.alice.get(f"/posts/{root}").json["reply_count"] == 40
        assert talk.mentions(talk.carol) == 80
        assert talk.mentions(talk.bob) == 0
        unread = talk.carol.get(f"/users/me/channels/{talk.channel}/unread").json
        assert (unread["msg_count"], unread["msg_count_root"], unread["mention_count_root"]) == (81, 41, 40)


def test_everybody_mentioned_by_two_workers_in_two_channels(pair: list[Any]) -> None:
    channels = [pair[0].channel, pair[0].make_channel("second", pair[0].bob, pair[0].carol)]

    def write(talk: Any, number: int) -> None:
        for turn in range(10):
            assert post(talk.alice, channels[(number + turn) % 2], "@all").status == 201

    def view(talk: Any, client: Any) -> None:
        for turn in range(10):
            body = {"channel_id": channels[turn % 2], "prev_channel_id": channels[1 - turn % 2]}
            assert client.post("/channels/members/me/view", body).status == 200

    together(
        *[partial(write, pair[n % 2], n) for n in range(4)],
        *[partial(view, talk, talk.bob) for talk in pair],
    )
    assert sum(pair[0].totals(channel)[0] for channel in channels) == 40
    assert sum(pair[0].mentions(pair[0].carol, channel) for channel in channels) == 40


def test_the_same_pending_id_at_once_is_one_post(talk: Any) -> None:
    answers = together(*[lambda: post(talk.bob, talk.channel, "once", pending_post_id="p")] * 8)
    made = {answer.json["id"] for answer in answers if answer.status == 201}
    assert len(made) == 1
    assert {answer.error for answer in answers if answer.status != 201} <= {"api.post.deduplicate_create_post.pending"}
    assert stored(talk) == ["once"]


def test_the_same_pending_id_in_two_workers_is_one_post(pair: list[Any]) -> None:
    for turn in range(5):
        calls = [partial(post, talk.bob, talk.channel, "once", pending_post_id=f"p{turn}") for talk in pair]
        first, second = together(*calls)
        assert (first.status, second.status) == (201, 201)
        assert first.json["id"] == second.json["id"]
        assert first.json["pending_post_id"] == second.json["pending_post_id"] == f"p{turn}"
    assert stored(pair[0]) == ["once"] * 5
    assert pair[0].totals() == (5, 5)


def test_a_page_is_never_older_than_an_answer(pair: list[Any]) -> None:
    """Readers of both workers keep the page in cache and in flight while others write."""
    errors: list[str] = []
    done = False

    def read(talk: Any) -> None:
        while not done:
            talk.messages(talk.carol)
            gevent.sleep(0)

    def write(talk: Any, number: int) -> None:
        for turn in range(15):
            text = f"{number}.{turn}"
            made = post(talk.bob, talk.channel, text).json
            if text not in talk.messages(talk.bob, per_page=60):
                errors.append(f"{text} was not there after its answer")
            talk.bob.put(f"/posts/{made['id']}/patch", {"message": f"{text} edited"})
            if f"{text} edited" not in talk.messages(talk.bob, per_page=60):
                errors.append(f"{text}: the edit was not there after its answer")
            talk.bob.delete(f"/posts/{made['id']}")
            if f"{text} edited" in talk.messages(talk.bob, per_page=60):
                errors.append(f"{text} was there after it was deleted")

    readers = [gevent.spawn(read, talk) for talk in pair]
    together(*[partial(write, pair[n % 2], n) for n in range(4)])
    done = True
    gevent.joinall(readers)
    assert errors == []
    until(lambda: pair[0].messages(pair[0].bob) == pair[1].messages(pair[1].bob) == [])


def test_the_other_worker_shows_a_post_that_its_clients_hear_of(pair: list[Any]) -> None:
    here, there = pair
    seen: list[bool] = []
    deliver = there.server.app.hub.deliver

    def check(wire: Any) -> Any:
        if wire.name == "posted":
            gevent.spawn(lambda: seen.append(len(there.messages(there.carol)) == len(seen) + 1)).join()
        return deliver(wire)

    there.server.app.hub.deliver = check
    assert there.messages(there.carol) == []
    for turn in range(10):
        post(here.bob, here.channel, str(turn))
        until(partial(lambda turn: len(seen) > turn, turn))
    assert seen == [True] * 10


def test_edits_at_once_leave_one_text_and_all_versions(pair: list[Any]) -> None:
    made = pair[0].say(pair[0].bob, "first")
    path = f"/posts/{made['id']}/patch"
    answers = together(*[partial(pair[n % 2].bob.put, path, {"message": f"edit {n}"}) for n in range(6)])
    assert [answer.status for answer in answers] == [200] * 6
    times = {answer.json["update_at"] for answer in answers}
    assert len(times) == 6, "update_at grows with each"
    current = pair[0].bob.get(f"/posts/{made['id']}").json
    assert current["update_at"] == max(times)
    versions = [version["message"] for version in pair[0].bob.get(f"/posts/{made['id']}/edit_history").json]
    assert sorted([*versions, current["message"]]) == [
        "edit 0",
        "edit 1",
        "edit 2",
        "edit 3",
        "edit 4",
        "edit 5",
        "first",
    ]


def test_a_pin_and_an_edit_at_once_are_both_kept(pair: list[Any]) -> None:
    for _ in range(5):
        made = pair[0].say(pair[0].bob, "first")["id"]
        edit = partial(pair[0].bob.put, f"/posts/{made}/patch", {"message": "second"})
        together(edit, partial(pair[1].carol.post, f"/posts/{made}/pin"))
        post_now = pair[0].bob.get(f"/posts/{made}").json
        assert (post_now["message"], post_now["is_pinned"]) == ("second", True)


def test_replies_while_the_thread_is_deleted(pair: list[Any]) -> None:
    for turn in range(5):
        root = pair[0].say(pair[0].bob, "root")["id"]
        calls = [partial(post, talk.carol, talk.channel, f"{turn} reply", root_id=root) for talk in pair]
        first, second, deleted = together(*calls, partial(pair[0].bob.delete, f"/posts/{root}"))
        assert deleted.status == 200
        assert {first.status, second.status} <= {201, 400}
        until(lambda: pair[1].messages(pair[1].bob) == [])  # no reply without its root is left


def test_joining_in_one_worker_counts_in_the_other(pair: list[Any]) -> None:
    here, there = pair
    assert post(there.dave, there.channel, "m").status == 403
    here.alice.post(f"/channels/{here.channel}/members", {"user_id": here.dave.id})
    until(lambda: post(there.dave, there.channel, "m").status == 201)
    post(there.alice, there.channel, "@dave")
    assert there.mentions(there.dave) == 1
    here.dave.delete(f"/channels/{here.channel}/members/{here.dave.id}")
    until(lambda: post(there.dave, there.channel, "m").status == 403)
