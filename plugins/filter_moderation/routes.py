"""The operations of moderators."""

from typing import Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.filter_moderation.service import Moderation

BASE: Final = "/plugins/filter_moderation/queue"
MAX_REASON: Final = 1_000


class RejectBody(msgspec.Struct):
    """Why: at most 1,000 characters, which the author sees."""

    reason: str = ""


class Held(msgspec.Struct):
    """A message that waits. `create_at` in ms."""

    id: str
    create_at: int
    user_id: str
    channel_id: str
    root_id: str
    message: str
    file_ids: list[str]


class ModerationRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, moderation: Moderation) -> None:
        self._context = context
        self._moderation = moderation

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(BASE, self.waiting)
        router.post(f"{BASE}/{{held_id}}/approve", self.approve, status=201)
        router.post(f"{BASE}/{{held_id}}/reject", self.reject)

    def waiting(self, req: Request) -> object:
        """GET /queue: what waits, the oldest first."""
        self._moderation.require_moderator(self._context.settings, req.session)
        return [_shown(post) for post in self._moderation.waiting(req.page())]

    def approve(self, req: Request, held_id: str) -> object:
        """POST /queue/{held_id}/approve: the answer is the post."""
        self._moderation.require_moderator(self._context.settings, req.session)
        return self._moderation.approve(held_id)

    def reject(self, req: Request, held_id: str) -> object:
        """POST /queue/{held_id}/reject."""
        self._moderation.require_moderator(self._context.settings, req.session)
        reason = req.read(RejectBody).reason.strip() if req.content_length else ""
        if len(reason) > MAX_REASON:
            raise InvalidBodyParam("reason", f"more than {MAX_REASON} characters")
        self._moderation.reject(held_id, reason)
        return OK


def _shown(post: Post) -> Held:
    return Held(post.id, post.create_at, post.user_id, post.channel_id, post.root_id, post.message, post.file_ids)
