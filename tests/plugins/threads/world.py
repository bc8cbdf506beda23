"""A team with people and channels, to talk in, with threads to follow."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database
from hubbub.tests.plugins.posts.world import make_talk as make_plain_talk

__all__ = ["database", "make_plain_talk"]
THREADS = (*ONLY, "threads")


class Threaded(Talk):
    """The people of `Talk`, with threads to follow."""

    def reply(self, author: Any, root: dict[str, Any], message: str = "reply", **fields: Any) -> dict[str, Any]:
        """Return a new reply."""
        return self.say(author, message, root_id=root["id"], channel_id=root["channel_id"], **fields)

    def path(self, root: dict[str, Any] | str = "") -> str:
        """Return where one's own threads are, or one of them."""
        thread = root if isinstance(root, str) else root["id"]
        return f"/users/me/teams/{self.team}/threads" + (f"/{thread}" if thread else "")

    def thread(self, client: Any, root: dict[str, Any]) -> dict[str, Any] | None:
        """Return a thread as its follower sees it, None for somebody who doesn't follow it."""
        answer = client.get(self.path(root))
        if answer.status == 404:
            return None
        assert answer.status == 200, answer
        return dict(answer.json)

    def unread(self, client: Any, root: dict[str, Any]) -> tuple[int, int] | None:
        """Return a follower's unread (replies, mentions) in a thread, None for somebody who doesn't follow it."""
        found = self.thread(client, root)
        return None if found is None else (found["unread_replies"], found["unread_mentions"])

    def totals_of_threads(self, client: Any) -> tuple[int, int, int]:
        """Return (followed threads, unread ones, unread mentions) of the team."""
        found = client.get(self.path(), query={"totalsOnly": "true"}).json
        return found["total"], found["total_unread_threads"], found["total_unread_mentions"]

    def told(self, name: str, client: Any) -> list[dict[str, Any]]:
        """Return the data of the events of a name that were for one user, oldest first; forget all events."""
        self.server.settle()
        found = [dict(event.data) for event in self.server.events(name) if event.broadcast.user_id == client.id]
        self.server.sent.clear()
        return found


@pytest.fixture
def make_talk(make_plain_talk: Any) -> Any:
    """Return `make(**sections)`: another server on the same database, with threads."""

    def make(only: tuple[str, ...] = THREADS, **sections: dict[str, Any]) -> Threaded:
        talk: Threaded = make_plain_talk(only, **sections)
        talk.__class__ = Threaded
        return talk

    return make


@pytest.fixture
def talk(make_talk: Any) -> Threaded:
    """Return a server with people in a channel, on each engine in turn."""
    talk: Threaded = make_talk()
    return talk
