"""The operation that tries the mail settings."""

from typing import Any

from hubbub.core.config.decode import decode
from hubbub.core.config.document import canonical
from hubbub.core.config.problems import errors_of
from hubbub.core.config.setting import MASK
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.system.context import SystemContext

SECTION = "EmailSettings"


class NoServer(BadRequest):
    id = "api.admin.test_email.missing_server"
    message = "EmailSettings.SMTPServer is empty: name the mail server."


class PasswordNeeded(BadRequest):
    id = "api.admin.test_email.reenter_password"
    message = "The server, the port or the user name has changed: type the password of the mail server again."


class BadSettings(BadRequest):
    id = "api.context.invalid_body_param.app_error"
    message = "The mail settings can't be used: {problem}"


class MailRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: SystemContext) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._users = context.service(UserService)
        self._mailer = context.service(Mailer)

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/api/v4/email/test", self.test)

    def test(self, req: Request) -> object:
        """POST /email/test: mail to whoever asks, by the settings in the body; without a body, by those in use."""
        self._permissions.require(req.session, Permission.TEST_EMAIL)
        body = req.read(dict[str, Any]) if req.content_length else {}
        settings = self._settings(canonical(body).get(SECTION) or {})
        if not settings.SMTPServer.strip():
            raise NoServer
        user = self._users.get(req.user_id)
        mail = Mail(kind="test", to=user.email, subject="A test mail", text="Mail can be sent.", locale=user.locale)
        self._mailer.send_now(mail, settings)
        return OK

    def _settings(self, given: Any) -> Any:
        """Return the EmailSettings in use with what is given laid over them."""
        now = self._context.config.EmailSettings
        if not isinstance(given, dict):
            raise BadSettings(problem=f"{SECTION} is an object.")
        values = {name: getattr(now, name) for name in now.__struct_fields__} | given
        if values["SMTPPassword"] == MASK:
            # SECURITY: the stored password goes to the server that it is for and nowhere else.
            if any(values[name] != getattr(now, name) for name in ("SMTPServer", "SMTPPort", "SMTPUsername")):
                raise PasswordNeeded
            values["SMTPPassword"] = now.SMTPPassword
        site = {"SiteURL": self._context.config.ServiceSettings.SiteURL}
        decoded = decode({SECTION: values, "ServiceSettings": site}, {})
        problems = errors_of(decoded.problems)
        if problems:
            raise BadSettings(problem=str(problems[0]))
        return decoded.config.EmailSettings
