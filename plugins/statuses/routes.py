"""Operations on statuses, custom statuses and typing."""

from typing import Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam, NotFound, NotImplementedYet, PermissionDenied, Unavailable
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.statuses import AWAY, DND, OFFLINE, ONLINE
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.statuses.custom import CustomStatus, CustomStatuses
from hubbub.plugins.statuses.service import Statuses
from hubbub.plugins.statuses.typing_notices import TypingNotices

_USER: Final = "/api/v4/users/{user_id}"
MAX_IDS: Final = 10_000
MAX_SECONDS: Final = 2**40


class StatusBody(msgspec.Struct, kw_only=True):
    user_id: str = ""
    status: str = ""
    dnd_end_time: int = 0


class TypingBody(msgspec.Struct, kw_only=True):
    channel_id: str = ""
    parent_id: str = ""


class NoStatus(NotFound):
    id = "api.status.user_not_found.app_error"
    message = "The user has no status."


class CustomStatusesAreOff(NotImplementedYet):
    id = "api.custom_status.disabled"
    message = "Custom statuses are turned off on this server."


class ServerBusy(Unavailable):
    id = "api.context.server_busy.app_error"
    message = "The server is busy. Please try again in a moment."


class StatusRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(
        self, context: PluginContext, statuses: Statuses, custom: CustomStatuses, typing: TypingNotices
    ) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._users = context.service(UserService)
        self._statuses = statuses
        self._custom = custom
        self._typing = typing

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(f"{_USER}/status", self.get)
        router.put(f"{_USER}/status", self.update)
        router.post("/api/v4/users/status/ids", self.by_ids)
        router.put(f"{_USER}/status/custom", self.set_custom)
        router.delete(f"{_USER}/status/custom", self.unset_custom)
        router.delete(f"{_USER}/status/custom/recent", self.forget_recent)
        router.post(f"{_USER}/status/custom/recent/delete", self.forget_recent)
        router.post(f"{_USER}/typing", self.typing)

    def get(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/status."""
        if not self._statuses.enabled:
            raise NoStatus
        return self._statuses.get_many([user_id])[user_id]

    def by_ids(self, req: Request) -> object:
        """POST /users/status/ids."""
        user_ids = req.read_list(str, max_items=MAX_IDS, name="user_ids")
        if not user_ids or not all(map(is_valid_id, user_ids)):
            raise InvalidBodyParam("user_ids")
        if not self._statuses.enabled:
            return []
        return list(self._statuses.get_many(user_ids).values())

    def update(self, req: Request, user_id: str) -> object:
        """PUT /users/{user_id}/status."""
        body = req.read(StatusBody, name="status")
        if body.user_id != user_id:
            raise InvalidBodyParam("user_id")
        self._permissions.require_user(req.session, user_id)
        if body.status not in (ONLINE, AWAY, DND, OFFLINE):
            raise InvalidBodyParam("status")
        if not 0 <= body.dnd_end_time < MAX_SECONDS:
            raise InvalidBodyParam("dnd_end_time")
        if not self._statuses.enabled:
            raise NoStatus
        self._users.get(user_id)
        return self._statuses.set_manual(user_id, body.status, dnd_end_time=body.dnd_end_time)

    def _may_change_custom(self, req: Request, user_id: str) -> None:
        if not self._context.config.TeamSettings.EnableCustomUserStatuses:
            raise CustomStatusesAreOff
        self._permissions.require_user(req.session, user_id)

    def set_custom(self, req: Request, user_id: str) -> object:
        """PUT /users/{user_id}/status/custom."""
        self._may_change_custom(req, user_id)
        self._custom.set(user_id, req.read(CustomStatus, name="custom_status"))
        return OK

    def unset_custom(self, req: Request, user_id: str) -> object:
        """DELETE /users/{user_id}/status/custom."""
        self._may_change_custom(req, user_id)
        self._custom.unset(user_id)
        return OK

    def forget_recent(self, req: Request, user_id: str) -> object:
        """DELETE /users/{user_id}/status/custom/recent and POST …/recent/delete."""
        self._may_change_custom(req, user_id)
        self._custom.forget_recent(user_id, req.read(CustomStatus, name="custom_status"))
        return OK

    def typing(self, req: Request, user_id: str) -> object:
        """POST /users/{user_id}/typing."""
        if self._typing.is_busy():
            raise ServerBusy
        body = req.read(TypingBody, name="typing_request")
        session = self._typist(req, user_id)
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        if body.parent_id and not is_valid_id(body.parent_id):
            raise InvalidBodyParam("parent_id")
        if not self._typing.may_type(session, body.channel_id):
            raise PermissionDenied(Permission.CREATE_POST)
        self._typing.publish(user_id, body.channel_id, body.parent_id)
        return OK

    def _typist(self, req: Request, user_id: str) -> Session:
        """Return with whose permissions the typing counts: those of who is said to type."""
        if user_id == req.user_id:
            return req.session
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return Session(id="", token="", user_id=user_id, roles=self._users.get(user_id).roles)
