"""Wiring of the web client."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.webclient.highlight import HighlightRoutes
from hubbub.plugins.webclient.routes import WebClientRoutes


class Plugin:
    """The pages that people open in a browser."""

    def __init__(self, context: PluginContext) -> None:
        self._routes = WebClientRoutes(context)
        self._highlight = HighlightRoutes(context)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the files, and the page that answers every other address."""
        self._routes.register(router)
        self._highlight.register(router)

    @hookimpl
    def register_client_config(self) -> dict[str, str]:
        """Tell our client which version of it the server has, so that a page that was opened long ago notices."""
        version = self._routes.version
        return {"HubbubWebClientVersion": version} if version else {}
