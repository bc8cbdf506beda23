"""Wiring of search."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.search.routes import SearchRoutes
from hubbub.plugins.search.service import Search


class Plugin:
    """Searches messages."""

    def __init__(self, context: PluginContext) -> None:
        self._routes = SearchRoutes(context, Search(context))

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations."""
        self._routes.register(router)
