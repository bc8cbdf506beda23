"""Routes of schemes, and of permissions that come with others."""

from typing import Any, Final

from hubbub.core.contracts.errors import InvalidBodyParam, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.schemes import CHANNEL_SCOPE, TEAM_SCOPE, NewScheme, Scheme, SchemePatch
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.plugins.roles.ancillary import with_ancillary
from hubbub.plugins.roles.permissions import Permissions
from hubbub.plugins.roles.schemes import Schemes

SCOPES: Final = (TEAM_SCOPE, CHANNEL_SCOPE)
_READ: Final = Permission.SYSCONSOLE_READ_USER_MANAGEMENT_PERMISSIONS
_WRITE: Final = Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_PERMISSIONS


class SchemeRoutes:
    """Handlers of /api/v4/schemes and /api/v4/permissions."""

    def __init__(self, schemes: Schemes, permissions: Permissions) -> None:
        self._schemes = schemes
        self._permissions = permissions

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get("/api/v4/schemes", self.get_schemes)
        router.post("/api/v4/schemes", self.create_scheme, status=201)
        router.get("/api/v4/schemes/{scheme_id}", self.get_scheme)
        router.put("/api/v4/schemes/{scheme_id}/patch", self.patch_scheme)
        router.delete("/api/v4/schemes/{scheme_id}", self.delete_scheme)
        router.post("/api/v4/permissions/ancillary", self.ancillary)

    def get_schemes(self, req: Request) -> list[Scheme]:
        """List schemes, newest first."""
        self._permissions.require(req.session, _READ)
        scope, page = req.query("scope"), req.page()
        if scope and scope not in SCOPES:
            raise InvalidUrlParam("scope")
        return self._schemes.page(scope, offset=page.offset, limit=page.limit)

    def create_scheme(self, req: Request) -> Scheme:
        """Make a scheme."""
        new = req.read(NewScheme, name="scheme")
        if new.scope not in SCOPES:
            raise InvalidBodyParam("scope")
        self._permissions.require(req.session, _WRITE)
        return self._schemes.create(new)

    def get_scheme(self, req: Request, scheme_id: str) -> Scheme:
        """Return a scheme."""
        self._permissions.require(req.session, _READ)
        return self._schemes.get(scheme_id)

    def patch_scheme(self, req: Request, scheme_id: str) -> Scheme:
        """Change the texts of a scheme."""
        patch = req.read(SchemePatch, name="scheme")
        self._permissions.require(req.session, _WRITE)
        return self._schemes.patch(scheme_id, patch)

    def delete_scheme(self, req: Request, scheme_id: str) -> dict[str, str]:
        """Delete a scheme: its teams and channels go back to the built-in roles."""
        self._permissions.require(req.session, _WRITE)
        self._schemes.delete(scheme_id)
        return OK

    def ancillary(self, req: Request) -> list[str]:
        """Return the permissions of the body and those that come with them."""
        names = req.read_list(str, name="permissions")
        if not names:
            raise InvalidBodyParam("permissions")
        return with_ancillary(names)
