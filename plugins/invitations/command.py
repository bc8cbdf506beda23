"""The command /invite_people: addresses to invite to the team."""

from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.plugins.invitations.service import Invitations

MAX_ADDRESSES = 20
COMMAND = SlashCommand(
    trigger="invite_people",
    hint="[name@example.com …]",
    description="Invite people to this team by mail",
    yields=True,
)


class InviteCommand:
    """Answers the command."""

    def __init__(self, context: PluginContext, invitations: Invitations) -> None:
        self._config = context.config_store
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._invitations = invitations

    def run(self, args: CommandArgs) -> CommandResponse:
        """Invite, and tell the caller what became of each address."""
        user = self._users.get(args.user_id)
        session = Session(id="", token="", user_id=user.id, roles=user.roles)
        needed = (Permission.INVITE_USER, Permission.ADD_USER_TO_TEAM)
        if not args.team_id or not all(self._permissions.has_team(session, args.team_id, name) for name in needed):
            return CommandResponse(text="You may not invite people to this team.")
        if not self._config.current.ServiceSettings.EnableEmailInvitations:
            return CommandResponse(text="Invitations by mail are turned off on this server.")
        emails = args.rest.replace(",", " ").split()
        if not 1 <= len(emails) <= MAX_ADDRESSES:
            return CommandResponse(text=f"Give 1 to {MAX_ADDRESSES} addresses: /invite_people anna@example.com")
        try:
            results = self._invitations.invite(
                self._teams.get(args.team_id), emails, [], sender_id=user.id, graceful=True
            )
        except AppError as error:
            return CommandResponse(text=error.text)
        lines = [f"{one.email}: {one.error['message'] if one.error else 'invited'}" for one in results]
        return CommandResponse(text="\n".join(lines))
