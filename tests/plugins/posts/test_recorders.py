"""What plugins record beside new posts, what they add to `posted`, and what they take back of deleted ones."""

from collections.abc import Sequence
from typing import Any

import pytest

from hubbub.core.contracts.posts import NewPost, Post
from hubbub.hookspecs import hookimpl

pytestmark = pytest.mark.engines("sqlite")


class Recorder:
    """Remembers what it is asked, and whether that was in a transaction."""

    keeps: frozenset[str] = frozenset()

    def __init__(self, talk: Any) -> None:
        self.talk = talk
        self.seen: list[tuple[str, str, bool]] = []
        self.fails = False

    @hookimpl
    def register_post_recorders(self) -> list[Any]:
        return [self]

    def note(self, what: str, message: str) -> None:
        self.seen.append((what, message, self.talk.server.app.db.in_transaction))

    def prepare(self, post: Post, channel: Any, session: Any) -> None:
        self.note("prepare", post.message)

    def record(self, posts: Sequence[NewPost]) -> None:
        for new in posts:
            self.note("record", new.post.message)
            assert (new.per_user, new.after) == ({}, [])
            new.per_user[self.talk.carol.id] = {"followers": "you"}
            new.after.append(lambda new=new: self.note("after", new.post.message))

    def erase(self, post: Post) -> None:
        self.note("erase", post.message)
        if self.fails:
            raise RuntimeError("always")


@pytest.fixture
def recorder(talk: Any) -> Recorder:
    """Return a recorder that is registered with the server."""
    recorder = Recorder(talk)
    talk.server.app.hooks.register(recorder, "recorder")
    return recorder


def test_a_recorder_adds_to_posted_for_some_and_hears_when_it_was_published(talk: Any, recorder: Recorder) -> None:
    talk.say(talk.bob, "hello @carol")
    assert recorder.seen == [
        ("prepare", "hello @carol", False),
        ("record", "hello @carol", True),
        ("after", "hello @carol", False),
    ]
    (event,) = talk.server.events("posted")
    assert event.per_user == {talk.carol.id: {"mentions": f'["{talk.carol.id}"]', "followers": "you"}}


def test_a_deleted_post_is_taken_back_or_stays(talk: Any, recorder: Recorder) -> None:
    post = talk.say(talk.bob, "first")
    recorder.fails = True
    assert talk.bob.delete(f"/posts/{post['id']}").status == 500
    assert talk.messages(talk.carol) == ["first"]
    recorder.fails = False
    assert talk.bob.delete(f"/posts/{post['id']}").status == 200
    assert recorder.seen[-1] == ("erase", "first", True)
