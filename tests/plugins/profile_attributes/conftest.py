"""A team with people and channels, and fields of their profiles."""

from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "make_talk", "talk"]


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with people whose profiles have fields of its own, on each engine in turn."""
    talk: Talk = make_talk((*ONLY, "profile_attributes"))
    return talk
