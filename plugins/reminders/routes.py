"""The operation that sets a reminder."""

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.reminders.service import Reminders


class ReminderBody(msgspec.Struct, kw_only=True):
    """When to remind, in seconds since 1970."""

    target_time: int = 0


class ReminderRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, reminders: Reminders) -> None:
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._reminders = reminders

    def register(self, router: Router) -> None:
        """Declare the route."""
        router.post("/api/v4/users/{user_id}/posts/{post_id}/reminder", self.set)

    def set(self, req: Request, user_id: str, post_id: str) -> object:
        """POST /users/{user_id}/posts/{post_id}/reminder."""
        body = req.read(ReminderBody)
        self._permissions.require_user(req.session, user_id)
        post = self._posts.readable(req.session, post_id)
        if body.target_time * 1000 <= now_ms():
            raise InvalidBodyParam("target_time", "the time has passed: give one to come, in seconds since 1970")
        self._reminders.set(user_id, post, body.target_time)
        return OK
