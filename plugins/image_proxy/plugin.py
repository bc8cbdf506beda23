"""Wiring of the image proxy."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.image_proxy.routes import ImageProxyRoutes


class Plugin:
    """Loads pictures of other sites."""

    def __init__(self, context: PluginContext) -> None:
        self._routes = ImageProxyRoutes(context)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operation."""
        self._routes.register(router)
