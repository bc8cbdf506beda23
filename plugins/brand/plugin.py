"""Wiring of the brand plugin."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.brand.routes import BrandRoutes


class Plugin:
    """The site's picture."""

    def __init__(self, context: PluginContext) -> None:
        self._routes = BrandRoutes(context)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on the picture."""
        self._routes.register(router)
