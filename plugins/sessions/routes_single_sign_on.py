"""Routes of apps that take a session over from a browser, and of accounts that sign in in another way from now on."""

from collections.abc import Callable
from typing import Any, Final

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.single_sign_on import Departure
from hubbub.core.contracts.users import User
from hubbub.core.http.reply import Reply
from hubbub.core.http.request import Request
from hubbub.core.http.sign_on import bind
from hubbub.plugins.sessions.agents import client_props
from hubbub.plugins.sessions.exchange import Exchange
from hubbub.plugins.sessions.external import service_props
from hubbub.plugins.sessions.failures import FailedSignIns
from hubbub.plugins.sessions.routes_login import LOGIN_RATE, MAX_DEVICE_ID
from hubbub.plugins.sessions.service import Sessions
from hubbub.plugins.sessions.switching import Switching, SwitchRequest, UserAuth

DESKTOP_RATE: Final = (2, 1)


class SingleSignOnRoutes:
    """Parse, one service call, render. `admit` checks who may sign in, `open` answers with a session."""

    def __init__(
        self,
        context: PluginContext,
        admit: Callable[[User], User],
        open: Callable[[Request, User, str], Reply],
        sessions: Sessions,
        exchange: Exchange,
        switching: Switching,
        permissions: PermissionService,
        failed: FailedSignIns,
    ) -> None:
        self._failed = failed
        self._permissions = permissions
        self._context = context
        self._admit = admit
        self._open = open
        self._sessions = sessions
        self._exchange = exchange
        self._switching = switching

    def register(self, router: Any) -> None:
        """Declare the routes."""
        path = "/api/v4/users/login"
        router.post(f"{path}/desktop_token", self.desktop_token, auth="none", csrf=False, rate_limit=DESKTOP_RATE)
        router.post(f"{path}/sso/code-exchange", self.code_exchange, auth="none", csrf=False, rate_limit=LOGIN_RATE)
        router.put("/api/v4/users/{user_id}/auth", self.update_auth)
        router.post(f"{path}/switch", self.switch, auth="optional", rate_limit=LOGIN_RATE)

    def desktop_token(self, req: Request) -> Reply:
        """Sign the desktop app in with `token`, the half that the browser was given; answers as a login does."""
        body = req.read_map(name="login")
        device_id = body.get("deviceId", "") or body.get("device_id", "")
        if len(device_id) > MAX_DEVICE_ID:
            raise InvalidBodyParam("device_id")
        with self._failed.noting("", user_agent=req.user_agent, ip_address=req.ip):
            user = self._admit(self._exchange.by_desktop_token(body.get("token", "")))
        return self._open(req, user, device_id)

    def code_exchange(self, req: Request) -> dict[str, str]:
        """Sign a mobile app in with `login_code`, `code_verifier` and `state`."""
        body = req.read_map(name="login")
        for name in ("login_code", "code_verifier", "state"):
            if not body.get(name):
                raise InvalidBodyParam(name)
        with self._failed.noting("", user_agent=req.user_agent, ip_address=req.ip):
            user = self._admit(self._exchange.by_code(body["login_code"], body["code_verifier"], body["state"]))
        props = client_props(req.user_agent) | service_props(user.auth_service) | {"isMobile": "true"}
        session = self._sessions.create(user, props=props)
        self._context.hooks.tell_later("user_has_logged_in", user=user, session_id=session.id, ip_address=req.ip)
        return {"token": session.token, "csrf": session.csrf_token}

    def update_auth(self, req: Request, user_id: str) -> UserAuth:
        """Have an account sign in as somebody elsewhere, as an administrator knows it; its sessions end."""
        self._permissions.require(req.session, Permission.EDIT_OTHER_USERS)
        wanted = req.read(UserAuth, name="user")
        self._switching.assign(user_id, wanted, by=req.session)
        return wanted

    def switch(self, req: Request) -> Reply:
        """Change the way an account signs in; `follow_link` is where to go on."""
        result = self._switching.switch(req.read(SwitchRequest, name="switch_request"), req.session_or_none)
        if not isinstance(result, Departure):
            return Reply({"follow_link": result})
        reply = Reply({"follow_link": result.location})
        bind(reply, req, result)
        return reply
