"""A team with people and channels, and what they want to be reminded of."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "make_reminding", "make_talk", "talk"]


@pytest.fixture
def make_reminding(make_talk: Any) -> Any:
    """Return `make()`: a server that can remind people; tests say when it does."""

    def make() -> Talk:
        talk: Talk = make_talk((*ONLY, "reminders"))
        tasks = talk.server.app.tasks
        assert [one.name for one in tasks._periodic if one.owner == "reminders"] == ["remind people of posts"]
        tasks.cancel_owned_by("reminders")
        return talk

    return make


@pytest.fixture
def talk(make_reminding: Any) -> Talk:
    """Return a server with people in a channel who can be reminded, on each engine in turn."""
    talk: Talk = make_reminding()
    return talk
