"""Wiring of the groups plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.channels import ChannelMember
from hubbub.core.contracts.groups import DirectoryGroups, GroupService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamMember
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.groups.directory import ExternalGroups
from hubbub.plugins.groups.links_store import LinkStore
from hubbub.plugins.groups.routes import GroupRoutes
from hubbub.plugins.groups.routes_custom import CustomGroupRoutes
from hubbub.plugins.groups.routes_links import LinkRoutes
from hubbub.plugins.groups.routes_syncables import SyncableRoutes
from hubbub.plugins.groups.service import Groups
from hubbub.plugins.groups.store import GroupStore
from hubbub.plugins.groups.syncables import Syncables


class Plugin:
    """Groups of users."""

    def __init__(self, context: PluginContext) -> None:
        self.groups = Groups(context, GroupStore(context.db))
        links = LinkStore(context.db)
        self._syncables = Syncables(context, self.groups, links)
        self._external = ExternalGroups(context, self.groups, self._syncables)
        self._routes = (
            GroupRoutes(context, self.groups),
            CustomGroupRoutes(context, self.groups),
            LinkRoutes(context, self.groups, links),
            SyncableRoutes(context, self.groups, self._syncables),
        )

    def provide(self) -> Mapping[type, object]:
        """Provide groups."""
        return {GroupService: self.groups, DirectoryGroups: self._external}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on groups."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that there are custom groups, and groups of directories."""
        return ("CustomGroups", "LDAPGroups")

    @hookimpl
    def team_member_will_be_added(self, team_member: TeamMember) -> None:
        """Keep out of a team that belongs to groups who is in none of them."""
        self._syncables.check_team(team_member)

    @hookimpl
    def channel_member_will_be_added(self, channel_member: ChannelMember) -> None:
        """Keep out of a channel that belongs to groups who is in none of them."""
        self._syncables.check_channel(channel_member)
