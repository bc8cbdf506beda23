"""Small operations that clients ask for: time zones, notices, measurements, redirects."""

from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from hubbub.core.contracts.errors import InvalidUrlParam
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.system.context import SystemContext

MAX_NOTICES: Final = 200
_NOT_ZONES: Final = frozenset(("Factory", "localtime", "posixrules"))


class SmallRoutes:
    """Parse, answer."""

    def __init__(self, context: SystemContext) -> None:
        self._reports = context.metrics.counter(
            "hubbub_client_performance_reports_total", "Reports of how fast clients are for their users."
        )

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/system/timezones", self.timezones)
        router.get("/api/v4/system/notices/{team_id}", self.notices)
        router.put("/api/v4/system/notices/view", self.view_notices)
        router.post("/api/v4/client_perf", self.client_performance, csrf=False)
        router.get("/api/v4/redirect_location", self.redirect_location)

    def timezones(self, req: Request) -> object:
        """GET /system/timezones."""
        return _timezones()

    def notices(self, req: Request, team_id: str) -> object:
        """GET /system/notices/{team_id}: this server announces nothing of its own."""
        return []

    def view_notices(self, req: Request) -> object:
        """PUT /system/notices/view: whatever a client has seen, it was no notice of ours."""
        req.read_list(str, max_items=MAX_NOTICES, name="notices")
        return OK

    def client_performance(self, req: Request) -> object:
        """POST /client_perf: sent by browsers as they leave a page, so without our CSRF header."""
        req.read(dict[str, Any], name="report")
        self._reports.inc()
        return OK

    def redirect_location(self, req: Request) -> object:
        """GET /redirect_location: links are shown as they are; nobody is asked where they lead."""
        if not req.query("url"):
            raise InvalidUrlParam("url")
        return {"location": ""}


@cache
def _timezones() -> list[str]:
    return sorted(name for name in available_timezones() if name not in _NOT_ZONES)
