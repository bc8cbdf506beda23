"""Routes of the second factor."""

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.http import Request, Router
from hubbub.core.http.reply import OK
from hubbub.plugins.mfa.service import MfaSecret, SecondFactors


class MfaChange(msgspec.Struct, kw_only=True):
    """Whether to turn the second factor on, which takes a code of the new secret, or off."""

    activate: bool
    code: str = ""


class MfaRoutes:
    """Handlers of /users/{user_id}/mfa."""

    def __init__(self, factors: SecondFactors, permissions: PermissionService) -> None:
        self._factors = factors
        self._permissions = permissions

    def register(self, router: Router) -> None:
        """Declare the routes."""
        # SECURITY: `mfa=False`: these are what somebody without a second factor needs, where settings demand one.
        router.post("/api/v4/users/{user_id}/mfa/generate", self.generate, mfa=False)
        router.put("/api/v4/users/{user_id}/mfa", self.update, mfa=False)

    def generate(self, req: Request, user_id: str) -> MfaSecret:
        """POST /users/{user_id}/mfa/generate."""
        self._require(req, user_id)
        return self._factors.generate(user_id)

    def update(self, req: Request, user_id: str) -> dict[str, str]:
        """PUT /users/{user_id}/mfa."""
        change = req.read(MfaChange)
        self._require(req, user_id)
        if not change.activate:
            self._factors.deactivate(user_id)
        elif not change.code:
            raise InvalidBodyParam("code")
        else:
            self._factors.activate(user_id, change.code)
        return OK

    def _require(self, req: Request, user_id: str) -> None:
        """Raise unless it is one's own account, or an administrator's business."""
        session = req.session
        # SECURITY: an application that acts for somebody must not take over or take away their second factor.
        if session.is_oauth:
            raise PermissionDenied(Permission.EDIT_OTHER_USERS)
        self._permissions.require_user(session, user_id)
