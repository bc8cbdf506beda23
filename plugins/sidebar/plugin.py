"""Wiring of the sidebar plugin."""

from hubbub.core.contracts.channels import ChannelMember
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.sidebar.routes import SidebarRoutes
from hubbub.plugins.sidebar.service import Sidebar


class Plugin:
    """Categories of the sidebar."""

    def __init__(self, context: PluginContext) -> None:
        self.sidebar = Sidebar(context)
        self._routes = SidebarRoutes(context, self.sidebar)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on categories."""
        self._routes.register(router)

    @hookimpl
    def user_has_left_channel(self, channel_member: ChannelMember) -> None:
        """Take the channel out of the user's categories."""
        self.sidebar.store.forget_channel(channel_member.user_id, channel_member.channel_id)
