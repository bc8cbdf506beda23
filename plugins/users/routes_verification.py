"""Routes that confirm e-mail addresses, and list those that shouldn't be there."""

from typing import Any, Final

from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.tokens import TOKEN_LENGTH
from hubbub.core.contracts.users import User
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.directory import Directory
from hubbub.plugins.users.service import Users
from hubbub.plugins.users.verification import Verification

MAIL_RATE: Final = (1, 10)
"""Requests a second, and how many at once, from one address: each may send a mail."""


class OpenServer(BadRequest):
    id = "app.users.get_users_with_invalid_emails.open_server.app_error"
    message = "On an open server (TeamSettings.EnableOpenServer) every address may have an account."


class VerificationRoutes:
    """Handlers of /users/email/verify and the like."""

    def __init__(
        self, context: PluginContext, users: Users, access: Access, verification: Verification, directory: Directory
    ) -> None:
        self._context = context
        self._users = users
        self._access = access
        self._verification = verification
        self._directory = directory

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.post("/api/v4/users/email/verify", self.verify, auth="none", csrf=False, rate_limit=MAIL_RATE)
        router.post("/api/v4/users/email/verify/send", self.send, auth="none", csrf=False, rate_limit=MAIL_RATE)
        router.post("/api/v4/users/{user_id}/email/verify/member", self.verify_by_admin)
        router.get("/api/v4/users/invalid_emails", self.invalid_emails)

    def verify(self, req: Request) -> dict[str, str]:
        """Confirm an address by the token of a mail."""
        token = req.read_map().get("token", "")
        if len(token) != TOKEN_LENGTH:
            raise InvalidBodyParam("token")
        self._verification.confirm(token)
        return OK

    def send(self, req: Request) -> dict[str, str]:
        """Send a link to an address; the answer is the same whether there is such an account or not."""
        email = req.read_map().get("email", "").strip().lower()
        if not email:
            raise InvalidBodyParam("email")
        self._verification.ask(email)
        return OK

    def verify_by_admin(self, req: Request, user_id: str) -> User:
        """Take an address as confirmed."""
        self._access.permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return self._access.show(req.session, self._users.set_email_verified(user_id))

    def invalid_emails(self, req: Request) -> list[User]:
        """List people whose address is not of the domains that may have accounts."""
        self._access.permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        settings = self._context.config.TeamSettings
        if settings.EnableOpenServer:
            raise OpenServer
        users = self._directory.outside_domains(settings.RestrictCreationToDomains, req.page())
        return self._access.show_many(req.session, users)
