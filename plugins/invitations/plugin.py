"""Wiring of the invitations plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import Invitation
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.invitations.command import COMMAND, InviteCommand
from hubbub.plugins.invitations.routes import InvitationRoutes
from hubbub.plugins.invitations.service import Invitations


class Plugin:
    """Invitations by mail."""

    def __init__(self, context: PluginContext) -> None:
        self._invitations = Invitations(context)
        self._command = InviteCommand(context, self._invitations)
        self._routes = InvitationRoutes(context, self._invitations)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on invitations."""
        self._routes.register(router)

    @hookimpl(trylast=True)
    def register_slash_commands(self) -> Iterable[SlashCommand]:
        """Offer /invite_people."""
        return [COMMAND]

    @hookimpl
    def execute_command(self, args: CommandArgs) -> CommandResponse:
        """Invite those whose addresses follow the command."""
        return self._command.run(args)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that there are guests."""
        return ("GuestAccounts", "GuestAccountsPermissions")

    @hookimpl
    def user_has_accepted_invitation(self, user: User, invitation: Invitation) -> None:
        """Have them join the team and the channels."""
        self._invitations.join(user, invitation)
