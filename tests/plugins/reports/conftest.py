"""A team with people and channels, on a server with reports."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "make_talk"]


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with people in a channel, on each engine in turn."""
    talk: Talk = make_talk((*ONLY, "jobs", "reports"))
    return talk
