"""Wiring of the plugin auth_magic_link."""

from collections.abc import Iterable

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.auth_magic_link.routes import MagicLinkRoutes
from hubbub.plugins.auth_magic_link.service import MagicLinks


class Plugin:
    """Guests sign in by links that they get by mail."""

    def __init__(self, context: PluginContext) -> None:
        self._links = MagicLinks(context)
        self._routes = MagicLinkRoutes(context, self._links)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the address of the links."""
        self._routes.register(router)

    @hookimpl
    def register_auth_providers(self) -> Iterable[MagicLinks]:
        """Offer the way in."""
        return [self._links]
