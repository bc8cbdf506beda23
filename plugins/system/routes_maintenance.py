"""Operations for administrators: caches, connections, the busy mark, numbers, limits."""

from typing import Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam, InvalidUrlParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.system import site_url
from hubbub.plugins.system.busy import DEFAULT_S, MAX_S, BusyMark
from hubbub.plugins.system.context import SystemContext
from hubbub.plugins.system.numbers import Numbers

_BY_DAY: Final = {
    "post_counts_day": ("COUNT(*)", False),
    "bot_post_counts_day": ("COUNT(*)", True),
    "user_counts_with_posts_day": ("COUNT(DISTINCT p.userid)", False),
}


class SiteUrlBody(msgspec.Struct):
    site_url: str = ""


class MaintenanceRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: SystemContext, numbers: Numbers, busy: BusyMark) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._numbers = numbers
        self._busy = busy
        context.on_broadcast("recycle", lambda _message: context.db.drop_idle())

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/caches/invalidate", self.invalidate_caches)
        router.post("/api/v4/database/recycle", self.recycle)
        router.post("/api/v4/site_url/test", self.test_site_url)
        router.post("/api/v4/server_busy", self.set_busy)
        router.get("/api/v4/server_busy", self.busy)
        router.delete("/api/v4/server_busy", self.clear_busy)
        router.get("/api/v4/cluster/status", self.cluster)
        router.get("/api/v4/analytics/old", self.analytics)
        router.get("/api/v4/limits/server", self.limits)
        router.get("/api/v4/usage/posts", self.usage)
        router.get("/api/v4/usage/storage", self.storage)

    def invalidate_caches(self, req: Request) -> object:
        """POST /caches/invalidate."""
        self._permissions.require(req.session, Permission.INVALIDATE_CACHES)
        caches = getattr(self._context, "caches", None)
        if caches is None:
            raise NotImplementedYet
        caches.invalidate_all()
        return OK

    def recycle(self, req: Request) -> object:
        """POST /database/recycle: connections that aren't in use are closed, in every worker."""
        self._permissions.require(req.session, Permission.RECYCLE_DATABASE_CONNECTIONS)
        self._context.db.drop_idle()
        self._context.broadcast("recycle", {})
        return OK

    def test_site_url(self, req: Request) -> object:
        """POST /site_url/test."""
        self._permissions.require(req.session, Permission.TEST_SITE_URL)
        body = req.read(SiteUrlBody, name="props")
        if not body.site_url:
            raise InvalidBodyParam("site_url")
        site_url.check(body.site_url)
        return OK

    def set_busy(self, req: Request) -> object:
        """POST /server_busy."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._busy.set(req.query_int("seconds", DEFAULT_S, minimum=1, maximum=MAX_S))
        return OK

    def busy(self, req: Request) -> object:
        """GET /server_busy."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return self._busy.state()

    def clear_busy(self, req: Request) -> object:
        """DELETE /server_busy."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._busy.set(0)
        return OK

    def cluster(self, req: Request) -> object:
        """GET /cluster/status: the workers of one host are no cluster in this operation's sense."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_ENVIRONMENT_HIGH_AVAILABILITY)
        return []

    def analytics(self, req: Request) -> object:
        """GET /analytics/old."""
        self._permissions.require(req.session, Permission.GET_ANALYTICS)
        name, team_id = req.query("name") or "standard", req.query("team_id")
        if team_id and not is_valid_id(team_id):
            raise InvalidUrlParam("team_id")
        if name == "standard":
            return self._numbers.standard(team_id)
        if name == "extra_counts":
            return self._numbers.extra()
        if name not in _BY_DAY:
            raise InvalidUrlParam("name")
        what, bots_only = _BY_DAY[name]
        return self._numbers.by_day(what, team_id, bots_only=bots_only)

    def limits(self, req: Request) -> object:
        """GET /limits/server: there are none; who may not see numbers of accounts sees none."""
        allowed = self._permissions.has(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        return {
            "maxUsersLimit": 0,
            "maxUsersHardLimit": 0,
            "activeUserCount": self._numbers.active_users() if allowed else 0,
            "singleChannelGuestCount": 0,
            "singleChannelGuestLimit": 0,
            "postHistoryLimit": 0,
            "lastAccessiblePostTime": 0,
        }

    def usage(self, req: Request) -> object:
        """GET /usage/posts."""
        _ = req.session
        return {"count": self._numbers.posts()}

    def storage(self, req: Request) -> object:
        """GET /usage/storage: nothing, until there are files."""
        _ = req.session
        return {"bytes": 0}
