"""Operations on the configuration."""

from typing import Any

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.plugins.system.configuration import Configuration, without_defaults, without_masked
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.plugin_states import PluginStates

NOT_KEPT = {"Cache-Control": "no-cache, no-store, must-revalidate"}


class ConfigRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: SystemContext, states: PluginStates) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._configuration = Configuration(context, states)

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/config", self.get)
        router.put("/api/v4/config", self.replace)
        router.put("/api/v4/config/patch", self.patch)
        router.post("/api/v4/config/reload", self.reload)
        router.get("/api/v4/config/environment", self.environment)
        router.get("/api/v4/hubbub/settings", self.declared)

    def get(self, req: Request) -> object:
        """GET /config."""
        document = self._configuration.shown(req.session)
        if req.query_bool("remove_masked"):
            document = without_masked(document)
        if req.query_bool("remove_defaults"):
            document = without_defaults(document)
        return Reply(document, headers=NOT_KEPT)

    def replace(self, req: Request) -> object:
        """PUT /config."""
        return Reply(self._configuration.replace(req.session, _document(req)), headers=NOT_KEPT)

    def patch(self, req: Request) -> object:
        """PUT /config/patch."""
        return Reply(self._configuration.patch(req.session, _document(req)), headers=NOT_KEPT)

    def reload(self, req: Request) -> object:
        """POST /config/reload: read the file again; the other workers follow."""
        self._permissions.require(req.session, Permission.RELOAD_CONFIG)
        self._context.config_store.reload()
        return OK

    def environment(self, req: Request) -> object:
        """GET /config/environment."""
        return Reply(self._configuration.environment(req.session), headers=NOT_KEPT)

    def declared(self, req: Request) -> object:
        """GET /hubbub/settings: every setting with its declaration, for consoles, in a language (`locale`); ours."""
        return Reply(self._configuration.declared(req.session, req.query("locale")), headers=NOT_KEPT)


def _document(req: Request) -> dict[str, Any]:
    document = req.read(dict[str, Any], name="config")
    if not document:
        raise InvalidBodyParam("config")
    return document
