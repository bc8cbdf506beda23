"""Wiring of the roles plugin."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.permissions import PermissionService, RoleService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.schemes import SchemeService
from hubbub.hookspecs import hookimpl
from hubbub.plugins.roles.bulk import RoleLines, SchemeLines
from hubbub.plugins.roles.permissions import Permissions
from hubbub.plugins.roles.routes import RoleRoutes
from hubbub.plugins.roles.routes_schemes import SchemeRoutes
from hubbub.plugins.roles.schemes import Schemes
from hubbub.plugins.roles.schemes_store import SchemeStore
from hubbub.plugins.roles.service import Roles
from hubbub.plugins.roles.store import RoleStore


class Plugin:
    """Roles, and the permissions that follow from them."""

    def __init__(self, context: PluginContext) -> None:
        schemes = SchemeStore(context.db)
        roles = RoleStore(context.db)
        self._roles = Roles(context, roles, schemes)
        self._permissions = Permissions(context, self._roles)
        self._schemes = Schemes(context, schemes, self._roles)
        self._bulk: list[BulkPart] = [RoleLines(roles), SchemeLines(schemes, roles)]

    def provide(self) -> Mapping[type, object]:
        """Return the services."""
        return {RoleService: self._roles, PermissionService: self._permissions, SchemeService: self._schemes}

    @hookimpl
    def register_routes(self, router: Any) -> None:
        """Add /roles and /schemes."""
        RoleRoutes(self._roles, self._permissions).register(router)
        SchemeRoutes(self._schemes, self._permissions).register(router)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Tell clients that there are schemes."""
        return ("CustomPermissionsSchemes",)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring roles and schemes."""
        return self._bulk
