"""Wiring of the groups plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.groups import GroupService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.groups.links_store import LinkStore
from hubbub.plugins.groups.routes import GroupRoutes
from hubbub.plugins.groups.routes_custom import CustomGroupRoutes
from hubbub.plugins.groups.routes_links import LinkRoutes
from hubbub.plugins.groups.service import Groups
from hubbub.plugins.groups.store import GroupStore


class Plugin:
    """Groups of users."""

    def __init__(self, context: PluginContext) -> None:
        self.groups = Groups(context, GroupStore(context.db))
        links = LinkStore(context.db)
        self._routes = (
            GroupRoutes(context, self.groups),
            CustomGroupRoutes(context, self.groups),
            LinkRoutes(context, self.groups, links),
        )

    def provide(self) -> Mapping[type, object]:
        """Provide groups."""
        return {GroupService: self.groups}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on groups."""
        for routes in self._routes:
            routes.register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that there are custom groups."""
        return ("CustomGroups",)
