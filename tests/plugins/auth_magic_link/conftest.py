"""A server on which guests sign in by links."""

from typing import Any

import pytest

from hubbub.tests.plugins.mailbox import mailbox
from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk

__all__ = ["database", "mailbox", "make_talk"]
WITH_LINKS = (*ONLY, "invitations", "audits", "auth_magic_link")
GUESTS = {"Enable": True, "EnableGuestMagicLink": True}


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with people in a channel, on each engine in turn."""
    talk: Talk = make_talk(WITH_LINKS, ServiceSettings={"EnableEmailInvitations": True}, GuestAccountsSettings=GUESTS)
    return talk
