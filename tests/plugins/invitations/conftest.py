"""A team with people and channels, on a server that invites by mail."""

from typing import Any

import pytest

from hubbub.tests.plugins.mailbox import mailbox
from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "mailbox", "make_talk"]
INVITING = (*ONLY, "invitations")


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with people in a channel, on each engine in turn."""
    talk: Talk = make_talk(
        INVITING, ServiceSettings={"EnableEmailInvitations": True}, GuestAccountsSettings={"Enable": True}
    )
    return talk
