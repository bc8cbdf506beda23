"""What a server answers with no plugin at all: ping, liveness and readiness."""

from typing import TYPE_CHECKING, Any, Final

from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.push import PushService
from hubbub.core.health import OK, UNHEALTHY
from hubbub.core.http import Reply, Request, Router

if TYPE_CHECKING:
    from hubbub.core.app import App

LIVENESS: Final = "/healthz"

MIN_APP_VERSIONS = {
    "ActiveSearchBackend": "database",
    "AndroidLatestVersion": "",
    "AndroidMinVersion": "",
    "IosLatestVersion": "",
    "IosMinVersion": "",
}


class SystemRoutes:
    """`GET /api/v4/system/ping` and the two for orchestrators."""

    def __init__(self, app: "App") -> None:
        self._app = app
        app.health.register("database", self._database, essential=True)
        app.health.register("bus", lambda: (app.bus.healthy, "the other workers can't be reached"))

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/system/ping", self.ping, auth="optional")
        router.get(LIVENESS, self.alive, auth="none")
        router.get("/readyz", self.ready, auth="none")

    def _database(self) -> tuple[bool, str]:
        try:
            self._app.db.ping()
        except Exception as error:
            return False, str(error)
        return True, ""

    def ping(self, req: Request) -> object:
        """GET /system/ping: with `get_server_status` database and file store are asked, 500 if one is down.

        With `device_id` the push proxy is asked whether that device can be reached.
        """
        answer: dict[str, Any] = {**MIN_APP_VERSIONS, "status": OK}
        if device_id := req.query("device_id"):
            answer["CanReceiveNotifications"] = self._app.services.get_or_null(PushService).can_receive(device_id)
        if not req.query_bool("get_server_status"):
            return answer
        answer["database_status"] = OK if self._app.health.check("database") else UNHEALTHY
        answer["filestore_status"] = OK if self._app.health.check("filestore") else UNHEALTHY
        healthy = answer["database_status"] == answer["filestore_status"] == OK
        answer["status"] = OK if healthy else UNHEALTHY
        if self._may_see_details(req):
            answer["components"] = self._app.health.report().components
        return Reply(answer, status=200 if healthy else 500)

    def _may_see_details(self, req: Request) -> bool:
        session = req.session_or_none
        if session is None or self._app.services.owner_of(PermissionService) is None:
            return False
        return self._app.services.get(PermissionService).has(session, Permission.MANAGE_SYSTEM)

    def alive(self, req: Request) -> object:
        """GET /healthz: this worker answers."""
        return {"status": OK}

    def ready(self, req: Request) -> object:
        """GET /readyz: this worker is started and its essential parts work; else 503.

        `impaired` names whatever else doesn't work, without saying why: nobody has signed in here.
        """
        report = self._app.health.report()
        ready = self._app.health.ready and all(
            component.ok for component in report.components.values() if component.essential
        )
        answer: dict[str, Any] = {"status": OK if ready else UNHEALTHY}
        impaired = sorted(name for name, component in report.components.items() if not component.ok)
        if impaired:
            answer["impaired"] = impaired
        return Reply(answer, status=200 if ready else 503)
