"""The change of a password, and of a forgotten one."""

from typing import Any, Final

from hubbub.core.contracts.auth import MAGIC_LINK, InvalidCredentials, PasswordService
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import TOKEN_LENGTH
from hubbub.core.contracts.users import UserService
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.plugins.sessions.local import LocalPasswords
from hubbub.plugins.sessions.recovery import PasswordRecovery
from hubbub.plugins.sessions.service import Sessions

RESET_RATE: Final = (2, 10)
"""Requests a second, and how many at once, from one address: each may send a mail or hash a password."""


class WrongPassword(BadRequest):
    id = "api.user.update_password.incorrect.app_error"
    message = "The current password is wrong."


class PasswordElsewhere(BadRequest):
    id = "api.user.update_password.valid_account.app_error"
    message = "This account signs in with {service}: change the password there."


class NoPassword(BadRequest):
    id = "api.user.update_password.magic_link.app_error"
    message = "This account signs in by links that it gets by mail: it has no password."


class NotYourPassword(Forbidden):
    id = "api.user.update_password.context.app_error"
    message = "You can't change the password of this account."


class PasswordRoutes:
    """Handlers of /users/{user_id}/password and /users/password/reset."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        passwords: PasswordService,
        local: LocalPasswords,
        sessions: Sessions,
        permissions: PermissionService,
        recovery: PasswordRecovery,
    ) -> None:
        self._recovery = recovery
        self._context = context
        self._users = users
        self._passwords = passwords
        self._local = local
        self._sessions = sessions
        self._permissions = permissions

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.put("/api/v4/users/{user_id}/password", self.update_password)
        router.post("/api/v4/users/password/reset", self.reset, auth="none", csrf=False, rate_limit=RESET_RATE)
        router.post("/api/v4/users/password/reset/send", self.send, auth="none", csrf=False, rate_limit=RESET_RATE)

    def send(self, req: Request) -> dict[str, str]:
        """Send a link to an address; the answer is the same whether there is such an account or not."""
        email = req.read_map().get("email", "").strip().lower()
        if not email:
            raise InvalidBodyParam("email")
        self._recovery.ask(email)
        return OK

    def reset(self, req: Request) -> dict[str, str]:
        """Set a forgotten password by the token of a mail."""
        body = req.read_map()
        token = body.get("token", "") or body.get("code", "")
        if len(token) != TOKEN_LENGTH:
            raise InvalidBodyParam("token")
        new_password = body.get("new_password", "")
        if not new_password:
            raise InvalidBodyParam("new_password")
        self._recovery.reset(token, new_password)
        return OK

    def update_password(self, req: Request, user_id: str) -> dict[str, str]:
        """Change a password: one's own with the current one, others' as an administrator."""
        body = req.read_map()
        new_password = body.get("new_password", "")
        if not new_password:
            raise InvalidBodyParam("new_password")
        if user_id == req.user_id:
            self._check_current(user_id, body.get("current_password", ""))
        else:
            self._require_admin(req, user_id)
        self._passwords.validate(new_password)
        self._users.set_password_hash(user_id, self._passwords.hash(new_password))
        if self._context.config.ServiceSettings.TerminateSessionsOnPasswordChange:
            self._sessions.revoke_all_of_user(user_id, except_session_id=req.session.id)
        return OK

    def _check_current(self, user_id: str, current: str) -> None:
        account = self._users.credentials_of(user_id)
        if account.user.auth_service == MAGIC_LINK:
            raise NoPassword
        if account.user.auth_service:
            raise PasswordElsewhere(service=account.user.auth_service)
        if not current:
            raise InvalidBodyParam("current_password")
        try:
            self._local.check(account, current)
        except InvalidCredentials as error:
            raise WrongPassword from error

    def _require_admin(self, req: Request, user_id: str) -> None:
        """Raise unless the session may set this account's password; admins' only by admins."""
        target = self._users.get(user_id)
        needed = Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS
        if "system_admin" in target.role_names():
            needed = Permission.MANAGE_SYSTEM
        if not self._permissions.has(req.session, needed):
            raise NotYourPassword(detailed_error=f"permission={needed}")
        if target.is_bot:
            raise NotYourPassword("Bots have no password.")
        if target.auth_service == MAGIC_LINK:
            raise NoPassword
