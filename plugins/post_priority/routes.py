"""Operations on acknowledgements."""

from typing import Final

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.post_priority.service import Priorities

_ACK: Final = "/api/v4/users/{user_id}/posts/{post_id}/ack"


class PriorityRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, priorities: Priorities) -> None:
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._priorities = priorities

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_ACK, self.acknowledge)
        router.delete(_ACK, self.take_back)

    def acknowledge(self, req: Request, user_id: str, post_id: str) -> object:
        """POST /users/{user_id}/posts/{post_id}/ack."""
        return self._priorities.acknowledge(self._post(req, user_id, post_id), user_id)

    def take_back(self, req: Request, user_id: str, post_id: str) -> object:
        """DELETE /users/{user_id}/posts/{post_id}/ack."""
        self._priorities.take_back(self._post(req, user_id, post_id), user_id)
        return OK

    def _post(self, req: Request, user_id: str, post_id: str) -> Post:
        self._permissions.require_user(req.session, user_id)
        return self._posts.readable(req.session, post_id)
