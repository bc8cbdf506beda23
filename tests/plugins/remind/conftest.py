"""People in a channel who want to be reminded."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "make_talk"]


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with reminders, on each engine in turn."""
    talk: Talk = make_talk((*ONLY, "commands", "remind"))
    return talk
