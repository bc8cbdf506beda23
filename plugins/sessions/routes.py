"""Routes of sessions."""

from typing import Any, Final

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http.cookies import clear_session_cookies, set_session_cookies
from hubbub.core.http.reply import OK, Reply
from hubbub.core.http.request import Request
from hubbub.plugins.sessions.routes_login import MAX_DEVICE_ID
from hubbub.plugins.sessions.service import Sessions, without_token

_NOTIFICATIONS_OFF: Final = ("true", "false", "")
_MAX_VERSION: Final = 32


class SessionRoutes:
    """Handlers of a user's sessions."""

    def __init__(self, context: PluginContext, sessions: Sessions, permissions: PermissionService) -> None:
        self._context = context
        self._sessions = sessions
        self._permissions = permissions

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get("/api/v4/users/{user_id}/sessions", self.get_sessions)
        router.post("/api/v4/users/{user_id}/sessions/revoke", self.revoke_session)
        router.post("/api/v4/users/{user_id}/sessions/revoke/all", self.revoke_all_sessions)
        router.post("/api/v4/users/sessions/revoke/all", self.revoke_everybodys_sessions)
        router.put("/api/v4/users/sessions/device", self.attach_device)

    def get_sessions(self, req: Request, user_id: str) -> list[Any]:
        """List a user's sessions, without their tokens."""
        self._permissions.require_user(req.session, user_id)
        return [without_token(session) for session in self._sessions.list_of_user(user_id)]

    def revoke_session(self, req: Request, user_id: str) -> dict[str, str]:
        """End one session of a user."""
        self._permissions.require_user(req.session, user_id)
        session_id = req.read_map().get("session_id", "")
        if not session_id:
            raise InvalidBodyParam("session_id")
        self._sessions.revoke_by_id(session_id, user_id=user_id)
        return OK

    def revoke_all_sessions(self, req: Request, user_id: str) -> Reply:
        """End all sessions of a user."""
        self._permissions.require_user(req.session, user_id)
        self._sessions.revoke_all_of_user(user_id)
        reply = Reply(OK)
        if user_id == req.user_id:
            clear_session_cookies(reply, req, self._context.config)
        return reply

    def revoke_everybodys_sessions(self, req: Request) -> dict[str, str]:
        """End every session of every user, for administrators."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._sessions.revoke_everybody()
        return OK

    def attach_device(self, req: Request) -> Reply:
        """Say which device the session belongs to, and what its app wants."""
        body = req.read_map()
        device_id = body.get("device_id", "")
        muted = body.get("deviceNotificationDisabled", "")
        version = body.get("mobileVersion", "")
        if len(device_id) > MAX_DEVICE_ID:
            raise InvalidBodyParam("device_id")
        if muted not in _NOTIFICATIONS_OFF:
            raise InvalidBodyParam("deviceNotificationDisabled")
        if len(version) > _MAX_VERSION:
            raise InvalidBodyParam("mobileVersion")
        props = {"device_notification_disabled": muted, "mobile_version": version}
        given = {name: value for name, value in props.items() if value}
        if not device_id and not given:
            raise InvalidBodyParam("device_id")
        reply = Reply(OK)
        if given:
            self._sessions.set_props(req.session, given)
        if device_id:
            session = self._sessions.attach_device(req.session, device_id)
            if req.token_in_cookie:
                set_session_cookies(reply, session, req, self._context.config)
        return reply
