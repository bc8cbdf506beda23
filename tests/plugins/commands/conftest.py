"""People in a channel, and a server of somebody's that answers commands."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk
from hubbub.tests.services.integration import ALLOWED, Integration, running

__all__ = ["database", "make_talk"]


@pytest.fixture
def commanding(make_talk: Any) -> Any:
    """Return `commanding(**settings)`: a server with commands, with these ServiceSettings."""

    def commanding(**settings: Any) -> Talk:
        on = (*ONLY, "commands", "builtin_commands", "interactive_messages")
        talk: Talk = make_talk(on, ServiceSettings=ALLOWED | settings)
        return talk

    return commanding


@pytest.fixture
def talk(commanding: Any) -> Talk:
    """Return a server with commands, on each engine in turn; alice manages the team's."""
    talk: Talk = commanding()
    return talk


@pytest.fixture
def integration() -> Iterator[Integration]:
    """Yield a server that answers commands."""
    with running() as integration:
        yield integration
