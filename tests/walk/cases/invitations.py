"""Operations of the plugin invitations."""

from typing import Final

from hubbub.tests.walk.case import Case

CASES: Final = [
    Case(
        operation="InviteUsersToTeam",
        query="graceful=true",
        body=["somebody@example.com"],
        answer="[EmailInviteWithError]",
    ),
    Case(
        operation="InviteGuestsToTeam",
        query="graceful=true",
        who="alice",
        body={"emails": ["guest@example.com"], "channels": ["{channel_id}"]},
        answer="[EmailInviteWithError]",
    ),
    Case(operation="InvalidateEmailInvites", who="alice"),
]
