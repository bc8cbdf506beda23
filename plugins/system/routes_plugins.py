"""Operations on plugins."""

from hubbub.core.contracts.errors import NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.realtime import Event
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.plugin_states import PluginStates
from hubbub.plugins.system.store import FIRST_ADMIN_VISIT, SystemStore


class UploadsAreOff(NotImplementedYet):
    id = "app.plugin.upload_disabled.app_error"
    message = "Plugins are installed on the server (pip, or a file in PluginSettings.Directory), not over the API."


class PluginRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: SystemContext, store: SystemStore, states: PluginStates) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._store = store
        self._states = states

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/plugins", self.list_all)
        router.get("/api/v4/plugins/statuses", self.statuses)
        router.post("/api/v4/plugins/{plugin_id}/enable", self.enable)
        router.post("/api/v4/plugins/{plugin_id}/disable", self.disable)
        router.delete("/api/v4/plugins/{plugin_id}", self.remove)
        router.post("/api/v4/plugins", self.install)
        router.post("/api/v4/plugins/install_from_url", self.install)
        router.post("/api/v4/plugins/marketplace", self.install)
        router.get("/api/v4/plugins/marketplace", self.marketplace)
        router.get("/api/v4/plugins/marketplace/first_admin_visit", self.first_admin_visit)
        router.post("/api/v4/plugins/marketplace/first_admin_visit", self.note_first_admin_visit)

    def list_all(self, req: Request) -> object:
        """GET /plugins."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_PLUGINS)
        return self._states.manifests()

    def statuses(self, req: Request) -> object:
        """GET /plugins/statuses."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_PLUGINS)
        return self._states.statuses()

    def enable(self, req: Request, plugin_id: str) -> object:
        """POST /plugins/{plugin_id}/enable."""
        return self._switch(req, plugin_id, on=True)

    def disable(self, req: Request, plugin_id: str) -> object:
        """POST /plugins/{plugin_id}/disable."""
        return self._switch(req, plugin_id, on=False)

    def _switch(self, req: Request, plugin_id: str, *, on: bool) -> object:
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_PLUGINS)
        status = self._states.switch(plugin_id, on=on, actor_id=req.user_id)
        if status.needs_restart:
            return {**OK, "needs_restart": True}
        return OK

    def remove(self, req: Request, plugin_id: str) -> object:
        """DELETE /plugins/{plugin_id}: what was installed on the server is removed there."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_PLUGINS)
        self._states.get(plugin_id)
        raise UploadsAreOff

    def install(self, req: Request) -> object:
        """POST /plugins, /plugins/install_from_url and /plugins/marketplace."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_PLUGINS)
        raise UploadsAreOff

    def marketplace(self, req: Request) -> object:
        """GET /plugins/marketplace: there is none."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_PLUGINS)
        return []

    def first_admin_visit(self, req: Request) -> object:
        """GET /plugins/marketplace/first_admin_visit."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return {"name": FIRST_ADMIN_VISIT, "value": self._store.get(FIRST_ADMIN_VISIT, "false")}

    def note_first_admin_visit(self, req: Request) -> object:
        """POST /plugins/marketplace/first_admin_visit."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        if self._store.get(FIRST_ADMIN_VISIT) != "true":
            self._store.set(FIRST_ADMIN_VISIT, "true")
            self._context.publish(
                Event(
                    name="first_admin_visit_marketplace_status_received",
                    data={"firstAdminVisitMarketplaceStatus": "true"},
                )
            )
        return OK
