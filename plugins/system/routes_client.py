"""Operations that every client calls first: client configuration, licence, plugins with a web part."""

from hubbub.core.contracts.errors import BadRequest, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.http import Reply, Request, Router
from hubbub.plugins.system.client import ClientSide
from hubbub.plugins.system.context import SystemContext


class FormatMissing(BadRequest):
    id = "api.license.client.old_format.app_error"
    message = "Say format=old: it is the only form of this answer."


class ClientRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: SystemContext, client: ClientSide) -> None:
        self._permissions = context.service(PermissionService)
        self._client = client

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/config/client", self.config, auth="optional", mfa=False)
        router.get("/api/v4/license/client", self.license, auth="optional", mfa=False)
        router.get("/api/v4/license/load_metric", self.load_metric)
        router.get("/api/v4/trial-license/prev", self.previous_trial)
        router.get("/api/v4/plugins/webapp", self.plugins_with_a_web_part, auth="optional")

    def config(self, req: Request) -> object:
        """GET /config/client. Clients of old versions send format=old; it changes nothing."""
        return Reply(self._client.config(limited=req.session_or_none is None))

    def license(self, req: Request) -> object:
        """GET /license/client."""
        wanted = req.query("format")
        if not wanted:
            raise FormatMissing
        if wanted != "old":
            raise InvalidUrlParam("format")
        session = req.session_or_none
        full = session is not None and self._permissions.has(session, Permission.READ_LICENSE_INFORMATION)
        return self._client.license(sanitized=not full)

    def load_metric(self, req: Request) -> object:
        """GET /license/load_metric: nothing is counted against a licence."""
        return {"load": 0}

    def previous_trial(self, req: Request) -> object:
        """GET /trial-license/prev: there was none."""
        self._permissions.require(req.session, Permission.READ_LICENSE_INFORMATION)
        return {}

    def plugins_with_a_web_part(self, req: Request) -> object:
        """GET /plugins/webapp: no plugin brings scripts for the web client yet."""
        return []
