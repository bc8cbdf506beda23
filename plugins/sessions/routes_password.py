"""The change of a password (resetting a forgotten one needs mail)."""

from typing import Any

from hubbub.core.contracts.auth import InvalidCredentials, PasswordService
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.plugins.sessions.local import LocalPasswords
from hubbub.plugins.sessions.service import Sessions


class WrongPassword(BadRequest):
    id = "api.user.update_password.incorrect.app_error"
    message = "The current password is wrong."


class PasswordElsewhere(BadRequest):
    id = "api.user.update_password.valid_account.app_error"
    message = "This account signs in with {service}: change the password there."


class NotYourPassword(Forbidden):
    id = "api.user.update_password.context.app_error"
    message = "You can't change the password of this account."


class PasswordRoutes:
    """Handler of /users/{user_id}/password."""

    def __init__(
        self,
        context: PluginContext,
        users: UserService,
        passwords: PasswordService,
        local: LocalPasswords,
        sessions: Sessions,
        permissions: PermissionService,
    ) -> None:
        self._context = context
        self._users = users
        self._passwords = passwords
        self._local = local
        self._sessions = sessions
        self._permissions = permissions

    def register(self, router: Any) -> None:
        """Declare the route."""
        router.put("/api/v4/users/{user_id}/password", self.update_password)

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
