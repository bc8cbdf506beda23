"""People in a channel, and a server of somebody's that answers clicks."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk
from hubbub.tests.services.integration import ALLOWED, Integration, running

__all__ = ["database", "make_talk"]


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with interactive messages, on each engine in turn; alice manages the team's."""
    on = (*ONLY, "commands", "builtin_commands", "interactive_messages")
    talk: Talk = make_talk(on, ServiceSettings=ALLOWED | {"OutgoingIntegrationRequestsTimeout": 30})
    return talk


@pytest.fixture
def integration() -> Iterator[Integration]:
    """Yield a server that answers clicks."""
    with running() as integration:
        yield integration
