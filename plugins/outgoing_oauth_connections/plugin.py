"""Wiring of outgoing OAuth connections."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.outgoing_tokens import OutgoingTokens
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.outgoing_oauth_connections.routes import ConnectionRoutes
from hubbub.plugins.outgoing_oauth_connections.service import Connections
from hubbub.plugins.outgoing_oauth_connections.store import ConnectionStore


class Plugin:
    """Tokens for other servers."""

    def __init__(self, context: PluginContext) -> None:
        self._connections = Connections(context, ConnectionStore(context.db))
        self._routes = ConnectionRoutes(self._connections, context.service(PermissionService))

    def provide(self) -> Mapping[type, object]:
        """Return the service."""
        return {OutgoingTokens: self._connections}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations."""
        self._routes.register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Have clients offer it."""
        return ("OutgoingOAuthConnections",)
