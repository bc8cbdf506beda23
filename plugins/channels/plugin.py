"""Wiring of the channels plugin."""

from collections.abc import Iterable, Mapping

import click

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.permissions import MemberRoles
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team, TeamMember, TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.channels import commands
from hubbub.plugins.channels.bulk import ChannelLines
from hubbub.plugins.channels.bulk_direct import DirectChannelLines
from hubbub.plugins.channels.bulk_members import ChannelMembersPart, Memberships, ReadState
from hubbub.plugins.channels.defaults import DefaultChannels
from hubbub.plugins.channels.routes import ChannelRoutes
from hubbub.plugins.channels.routes_lists import ChannelListRoutes
from hubbub.plugins.channels.routes_members import MemberRoutes
from hubbub.plugins.channels.routes_schemes import SchemeRoutes
from hubbub.plugins.channels.routes_unread import UnreadRoutes
from hubbub.plugins.channels.schemes import ChannelSchemes
from hubbub.plugins.channels.service import Channels
from hubbub.plugins.channels.store import ChannelStore


class Plugin:
    """Channels and memberships."""

    def __init__(self, context: PluginContext) -> None:
        self.channels = Channels(context)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._defaults = DefaultChannels(context, self.channels)
        schemes = ChannelSchemes(context, self.channels)
        memberships = Memberships(context.db, context.hub.forget_memberships)
        store = ChannelStore(context.db)
        self._bulk: list[BulkPart] = [
            ChannelLines(store),
            DirectChannelLines(store, memberships),
            ChannelMembersPart(memberships),
            ReadState(context.db),
        ]
        routes = ChannelRoutes(context, self.channels)
        self._routes = (
            routes,
            ChannelListRoutes(context, self.channels, routes),
            MemberRoutes(context, self.channels, schemes),
            SchemeRoutes(context, schemes),
            UnreadRoutes(context, self.channels),
        )

    def provide(self) -> Mapping[type, object]:
        """Provide channels."""
        return {ChannelService: self.channels}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on channels."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_member_roles(self) -> MemberRoles:
        """Say how the roles of a channel's members are found."""
        return self.channels.member_roles()

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub channel`."""
        commands.register(cli, self.channels, self._teams, self._users)

    @hookimpl
    def team_has_been_created(self, team: Team) -> None:
        """Make the default channels."""
        self._defaults.make(team)

    @hookimpl
    def user_has_joined_team(self, team_member: TeamMember, actor: User | None) -> None:
        """Join the default channels."""
        self._defaults.join(team_member, actor)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Let memberships follow somebody who became a guest, or who ceased to be one and gets the default channels."""
        if new_user.is_guest == old_user.is_guest:
            return
        self.channels.members.follow_guest(new_user)
        if not new_user.is_guest:
            for team_id in self._teams.team_ids_of(new_user.id):
                self._defaults.join(self._teams.member(team_id, new_user.id), None)

    @hookimpl
    def user_has_left_team(self, team_member: TeamMember, actor: User | None) -> None:
        """Leave the team's channels."""
        self._defaults.leave(team_member, actor)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring channels, who belongs to them, and what they have read."""
        return self._bulk
