"""Wiring of the sidebar plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.channels import Channel, ChannelMember
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.sidebar.bulk import DirectFavorites, UserFavorites
from hubbub.plugins.sidebar.routes import SidebarRoutes
from hubbub.plugins.sidebar.service import Sidebar


class Plugin:
    """Categories of the sidebar."""

    def __init__(self, context: PluginContext) -> None:
        self.sidebar = Sidebar(context)
        self._db = context.db
        self._routes = SidebarRoutes(context, self.sidebar)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on categories."""
        self._routes.register(router)

    @hookimpl
    def user_has_left_channel(self, channel_member: ChannelMember) -> None:
        """Take the channel out of the user's categories."""
        self.sidebar.store.forget_channel(channel_member.user_id, channel_member.channel_id)

    @hookimpl
    def channel_has_been_updated(self, new_channel: Channel, old_channel: Channel) -> None:
        """Take a channel that went to another team out of everybody's categories."""
        if new_channel.team_id != old_channel.team_id:
            self.sidebar.store.forget_everywhere(new_channel.id)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring favourite channels."""
        return [UserFavorites(self._db), DirectFavorites(self._db)]
