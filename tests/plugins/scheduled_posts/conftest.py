"""A team with people and channels, and what they want to say later."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "make_scheduling", "make_talk", "talk"]


@pytest.fixture
def make_scheduling(make_talk: Any) -> Any:
    """Return `make(**sections)`: a server on which posts may be scheduled; tests say when it sends them."""

    def make(**sections: dict[str, Any]) -> Talk:
        talk: Talk = make_talk((*ONLY, "scheduled_posts"), **sections)
        assert [one.name for one in talk.server.app.tasks._periodic if one.owner == "scheduled_posts"] == [
            "send scheduled posts"
        ]
        talk.server.app.tasks.cancel_owned_by("scheduled_posts")
        return talk

    return make


@pytest.fixture
def talk(make_scheduling: Any) -> Talk:
    """Return a server with people in a channel who may schedule posts, on each engine in turn."""
    talk: Talk = make_scheduling()
    return talk
