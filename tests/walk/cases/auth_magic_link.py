"""Operations of the plugin auth_magic_link."""

from typing import Final

from hubbub.core.contracts.tokens import GUEST_MAGIC_LINK_INVITATION, OneTimeTokenService
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def invited(world: World) -> Made:
    """Make what the mail to an invited guest holds, where guests sign in by links."""
    world.server.configure(GuestAccountsSettings={"Enable": True, "EnableGuestMagicLink": True})
    invitation = {"teamId": world.team["id"], "email": f"gast{world.number()}@example.com", "channels": ""}
    tokens = world.server.app.services.get(OneTimeTokenService)
    return {"mail_token": tokens.create(GUEST_MAGIC_LINK_INVITATION, invitation)}


def off(world: World) -> None:
    """Have guests sign in with passwords again."""
    world.server.configure(GuestAccountsSettings={"Enable": True, "EnableGuestMagicLink": False})


CASES: Final = [
    # Answered by a page whose button signs in, so that programs that open the links of mails use none up.
    Case(
        operation="LoginWithMagicLinkToken",
        make=invited,
        after=off,
        who="",
        query="t={mail_token}",
        status=200,
        outsider=200,
        nobody=200,
        raw="text/html",
    ),
]
