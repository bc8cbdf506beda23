"""Routes of signing in and out."""

from typing import Any, Final

from hubbub.core.contracts.auth import MAGIC_LINK
from hubbub.core.contracts.errors import AppError, InvalidBodyParam, Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User, UserService
from hubbub.core.http.cookies import clear_session_cookies, set_session_cookies
from hubbub.core.http.reply import OK, Reply
from hubbub.core.http.request import Request
from hubbub.plugins.sessions.agents import client_props
from hubbub.plugins.sessions.external import service_props
from hubbub.plugins.sessions.failures import FailedSignIns
from hubbub.plugins.sessions.login import LoginRequest, SignIn
from hubbub.plugins.sessions.service import Sessions

LOGIN_RATE: Final = (5, 10)
TOKEN_HEADER: Final = "Token"
MAX_DEVICE_ID: Final = 512


class LoginRoutes:
    """Handlers of /users/login and /users/logout."""

    def __init__(
        self, context: PluginContext, sign_in: SignIn, sessions: Sessions, users: UserService, failed: FailedSignIns
    ) -> None:
        self._context = context
        self._failed = failed
        self._sign_in = sign_in
        self._sessions = sessions
        self._users = users

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.post("/api/v4/users/login", self.login, auth="none", csrf=False, rate_limit=LOGIN_RATE)
        router.post("/api/v4/users/login/type", self.login_type, auth="none", csrf=False, rate_limit=LOGIN_RATE)
        router.post("/api/v4/users/logout", self.logout, auth="optional", mfa=False)

    def login(self, req: Request) -> Reply:
        """Sign in with `login_id` (or `id`), `password` and, if need be, `token` (a one-time code).

        Or with `magic_link_token`, of the link that a guest got by mail.

        The session's token is in the header Token.
        """
        body = req.read_map(name="login")
        device_id = body.get("device_id", "")
        if len(device_id) > MAX_DEVICE_ID:
            raise InvalidBodyParam("device_id")
        link = body.get("magic_link_token", "")
        if link:
            with self._failed.noting(MAGIC_LINK, user_agent=req.user_agent, ip_address=req.ip):
                user = self._sign_in.by_link(link)
            return self.open(req, user, device_id)
        request = LoginRequest(
            login_id=body.get("login_id", ""),
            user_id=body.get("id", ""),
            password=body.get("password", ""),
            token=body.get("token", ""),
            ldap_only=body.get("ldap_only", "") == "true",
        )
        try:
            user = self._sign_in.sign_in(request)
        except (AppError, Rejected) as error:
            who = {"login_id": request.login_id, "user_id": request.user_id}
            self._failed.note(error, **who, ip_address=req.ip, user_agent=req.user_agent)
            raise
        return self.open(req, user, device_id)

    def open(self, req: Request, user: User, device_id: str) -> Reply:
        """Answer with a new session of somebody who has proved who they are."""
        props = client_props(req.user_agent) | service_props(user.auth_service)
        session = self._sessions.create(user, device_id=device_id, props=props)
        reply = Reply(self._users.sanitize(user, viewer_id=user.id), headers={TOKEN_HEADER: session.token})
        if req.is_ajax:
            set_session_cookies(reply, session, req, self._context.config)
        self._context.hooks.tell_later("user_has_logged_in", user=user, session_id=session.id, ip_address=req.ip)
        return reply

    def login_type(self, req: Request) -> dict[str, str]:
        """Send a link to a guest who signs in by links; say "" as the service of everybody.

        SECURITY: clients would show at once that a link is on its way, and so who has an account: nobody learns that.
        """
        body = req.read_map(name="login")
        links = self._sign_in.links()
        if links is not None:
            links.ask(body.get("login_id", ""))
        return {"auth_service": ""}

    def logout(self, req: Request) -> Reply:
        """End the session, if there is one, and take its cookies away."""
        session = req.session_or_none
        if session is not None:
            self._sessions.revoke(session)
        reply = Reply(OK)
        clear_session_cookies(reply, req, self._context.config)
        return reply
