"""Operations on audits."""

from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Request, Router
from hubbub.plugins.audits.store import Audit, AuditStore


class AuditRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: PluginContext, store: AuditStore) -> None:
        self._permissions = context.service(PermissionService)
        self._store = store

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/audits", self.all)
        router.get("/api/v4/users/{user_id}/audits", self.of_user)

    def all(self, req: Request) -> list[Audit]:
        """GET /audits."""
        self._permissions.require(req.session, Permission.READ_AUDITS)
        page = req.page()
        return self._store.page("", offset=page.offset, limit=page.limit)

    def of_user(self, req: Request, user_id: str) -> list[Audit]:
        """GET /users/{user_id}/audits."""
        self._permissions.require_user(req.session, user_id)
        page = req.page()
        return self._store.page(user_id, offset=page.offset, limit=page.limit)
