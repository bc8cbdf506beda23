"""Wiring of the teams plugin."""

from collections.abc import Iterable, Mapping

import click

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.permissions import MemberRoles
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamInvitations, TeamService
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.teams import commands
from hubbub.plugins.teams.bulk import TeamLines, TeamMembersPart
from hubbub.plugins.teams.links import InvitationLinks
from hubbub.plugins.teams.routes import TeamRoutes
from hubbub.plugins.teams.routes_icon import TeamIconRoutes
from hubbub.plugins.teams.routes_members import TeamMemberRoutes
from hubbub.plugins.teams.routes_schemes import SchemeRoutes
from hubbub.plugins.teams.service import Teams


class Plugin:
    """Teams and memberships."""

    def __init__(self, context: PluginContext) -> None:
        self.teams = Teams(context)
        self._users = context.service(UserService)
        self._routes = TeamRoutes(context, self.teams)
        self._member_routes = TeamMemberRoutes(context, self.teams, self._routes)
        self._icon_routes = TeamIconRoutes(context, self.teams)
        self._scheme_routes = SchemeRoutes(context, self.teams, self._routes)

    def provide(self) -> Mapping[type, object]:
        """Provide teams."""
        return {TeamService: self.teams, TeamInvitations: InvitationLinks(self.teams, self._users)}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on teams."""
        self._routes.register(router)
        self._member_routes.register(router)
        self._scheme_routes.register(router)
        self._icon_routes.register(router)

    @hookimpl
    def register_member_roles(self) -> MemberRoles:
        """Say how the roles of a team's members are found."""
        return self.teams.member_roles()

    @hookimpl
    def user_has_been_created(self, user: User, invite_id: str) -> None:
        """Have somebody who signed up with a team's invitation join it."""
        if invite_id:
            self.teams.add_member(self.teams.get_by_invite_id(invite_id).id, user.id)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Let memberships follow somebody who became a guest or ceased to be one."""
        if new_user.is_guest != old_user.is_guest:
            self.teams.follow_guest(new_user)

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub team`."""
        commands.register(cli, self.teams, self._users)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring teams and who belongs to them."""
        return [TeamLines(self.teams.store), TeamMembersPart(self.teams.store.db)]
