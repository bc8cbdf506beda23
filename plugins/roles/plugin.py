"""Wiring of the roles plugin."""

from collections.abc import Mapping
from typing import Any

from hubbub.core.contracts.permissions import PermissionService, RoleService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.roles.permissions import Permissions
from hubbub.plugins.roles.routes import RoleRoutes
from hubbub.plugins.roles.service import Roles
from hubbub.plugins.roles.store import RoleStore


class Plugin:
    """Roles, and the permissions that follow from them."""

    def __init__(self, context: PluginContext) -> None:
        self._roles = Roles(context, RoleStore(context.db))
        self._permissions = Permissions(context, self._roles)

    def provide(self) -> Mapping[type, object]:
        """Return both services."""
        return {RoleService: self._roles, PermissionService: self._permissions}

    @hookimpl
    def register_routes(self, router: Any) -> None:
        """Add /roles."""
        RoleRoutes(self._roles, self._permissions).register(router)
