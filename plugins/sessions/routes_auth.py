"""The operation by which administrators say how an account signs in."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.core.http.request import Request
from hubbub.plugins.sessions.service import Sessions

SERVICES: Final = frozenset({"ldap", "saml", "gitlab", "google", "office365", "openid"})
"""What users.authservice may hold, besides the ids of providers that plugins offer."""
LONGEST: Final = 128


class UserAuthData(msgspec.Struct, kw_only=True):
    """By which id (`auth_data`) of which service an account is known."""

    auth_data: str = ""
    auth_service: str = ""


class BotsKeepOut(Forbidden):
    id = "api.user.update_user_auth.invalid_request"
    message = "Bots don't sign in."


class AuthRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(
        self, context: PluginContext, users: UserService, sessions: Sessions, permissions: PermissionService
    ) -> None:
        self._context = context
        self._users = users
        self._sessions = sessions
        self._permissions = permissions

    def register(self, router: Any) -> None:
        """Declare the route."""
        router.put("/api/v4/users/{user_id}/auth", self.update_auth)

    def update_auth(self, req: Request, user_id: str) -> UserAuthData:
        """PUT /users/{user_id}/auth: the account's password is gone, its sessions end."""
        body = req.read(UserAuthData, name="user_auth")
        self._permissions.require(req.session, Permission.EDIT_OTHER_USERS)
        user = self._users.get(user_id)
        if "system_admin" in user.role_names():
            # SECURITY: who says how an administrator signs in could become one.
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        if body.auth_service not in SERVICES | self._offered():
            raise InvalidBodyParam("auth_service")
        if not body.auth_data.strip() or len(body.auth_data.encode()) > LONGEST:
            raise InvalidBodyParam("auth_data")
        if user.is_bot is True:
            raise BotsKeepOut
        self._users.set_auth(user_id, body.auth_service, body.auth_data)
        self._sessions.revoke_all_of_user(user_id, except_session_id=req.session.id)
        return body

    def _offered(self) -> set[str]:
        offers: list[Any] = self._context.hooks.ask_all("register_auth_providers")
        return {provider.id for offer in offers for provider in offer if provider.id}
