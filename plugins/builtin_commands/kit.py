"""What every command works with: who called it and where, and the services of the server."""

from collections.abc import Callable
from typing import Any

import msgspec

from hubbub.core.contracts.channels import OPEN, Channel, ChannelNotFound, ChannelService
from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.sessions import Session, SessionService
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import User, UserNotFound, UserService


class Refused(BadRequest):
    """The command can't do that; the caller alone reads why."""


class Call:
    """One call of a command."""

    def __init__(self, context: PluginContext, args: CommandArgs) -> None:
        self.context = context
        self.args = args
        self.rest = args.rest
        self.users = context.service(UserService)
        self.teams = context.service(TeamService)
        self.channels = context.service(ChannelService)
        self.permissions = context.service(PermissionService)
        self.posts = context.service(PostService)
        self.preferences = context.service(PreferenceService)
        self.sessions = context.service(SessionService)
        self.statuses = context.service(StatusService)
        self.user = self.users.get(args.user_id)
        self.session = Session(id="", token="", user_id=self.user.id, roles=self.user.roles)
        self.channel = self.channels.get(args.channel_id)

    @property
    def config(self) -> Any:
        """The server's configuration as it is now."""
        return self.context.config

    def link(self, path: str) -> str:
        """Return an address in the caller's team; with SiteURL, so that every client knows it for ours."""
        site = str(self.config.ServiceSettings.SiteURL or "").rstrip("/")
        return f"{site}/{self.teams.get(self.team_id()).name}/{path}"

    def team_id(self) -> str:
        """Return the team the caller is in. Raises `Refused` where there is none."""
        found = self.args.team_id or next(iter(self.teams.team_ids_of(self.user.id)), "")
        if not found:
            raise Refused("You are in no team: this command needs one.")
        return found

    def person(self, name: str) -> User:
        """Return the user of `@name` whom the caller may see. Raises `Refused`."""
        try:
            user = self.users.get_by_username(name.removeprefix("@"))
        except UserNotFound:
            user = None
        # SECURITY: a guest isn't told whether somebody exists whom the guest can't see.
        if user is None or user.id not in self.users.can_see(self.user.id, [user.id]):
            raise Refused("There is no user {name}.", name=_shown(name, "@"))
        return user

    def channel_named(self, name: str) -> Channel:
        """Return the channel of `~name` in the caller's team that the caller may know of. Raises `Refused`."""
        try:
            channel = self.channels.get_by_name(self.team_id(), name.removeprefix("~").lower())
        except ChannelNotFound:
            channel = None
        # SECURITY: a private channel is unknown to those who aren't in it.
        if channel is None or not self._may_know(channel):
            raise Refused("There is no channel {name} in this team.", name=_shown(name, "~"))
        return channel

    def _may_know(self, channel: Channel) -> bool:
        if self.channels.is_member(channel.id, self.user.id):
            return True
        return channel.type == OPEN and self.permissions.has_team(
            self.session, channel.team_id, Permission.JOIN_PUBLIC_CHANNELS
        )

    def require_members(self, channel: Channel) -> None:
        """Raise `Refused` unless the caller may manage the channel's members."""
        if channel.is_direct_or_group:
            raise Refused("The members of direct and group messages stay as they are.")
        public = channel.type == OPEN
        needed = Permission.MANAGE_PUBLIC_CHANNEL_MEMBERS if public else Permission.MANAGE_PRIVATE_CHANNEL_MEMBERS
        if not self.permissions.has_channel(self.session, channel.id, needed):
            raise Refused("You may not change who is in {name}.", name=channel.display_name)


def _shown(name: str, sign: str) -> str:
    return f"{sign}{name.removeprefix(sign)[:64]}" if name else f"without a name: give one with {sign} before it"


Run = Callable[[Call], CommandResponse]


class Builtin(msgspec.Struct, frozen=True):
    """A command and what it does."""

    command: SlashCommand
    run: Run


def builtin(
    run: Run, trigger: str, hint: str, description: str, *, arguments: tuple[tuple[str, str, str], ...] = ()
) -> Builtin:
    """Return a command of ours; it gives way to teams' own."""
    return Builtin(
        SlashCommand(trigger=trigger, hint=hint, description=description, arguments=arguments, yields=True), run
    )


def only_for_you(text: str) -> CommandResponse:
    """Return an answer that the caller alone sees."""
    return CommandResponse(text=text)


def go_to(address: str) -> CommandResponse:
    """Return an answer that leads the client elsewhere."""
    return CommandResponse(goto_location=address)
