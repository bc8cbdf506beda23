"""A team's link that invites whoever has it: `TeamInvitations`."""

from hubbub.core.contracts.teams import TeamNotFound
from hubbub.core.contracts.users import UserService
from hubbub.plugins.teams.service import Teams


class InvitationLinks:
    """`TeamInvitations`."""

    def __init__(self, teams: Teams, users: UserService) -> None:
        self._teams = teams
        self._users = users

    def check(self, invite_id: str) -> None:
        """Raise `TeamNotFound` unless a team has this invitation."""
        self._teams.get_by_invite_id(invite_id)

    def join(self, invite_id: str, user_id: str) -> None:
        """Have a user join the team; guests come by mail only, as with every other link."""
        team = self._teams.get_by_invite_id(invite_id)
        if self._users.get(user_id).is_guest or team.group_constrained:
            raise TeamNotFound
        self._teams.add_member(team.id, user_id)
