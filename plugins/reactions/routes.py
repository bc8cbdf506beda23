"""Operations on reactions."""

import re
from typing import Final

import msgspec

from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam, InvalidUrlParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.reactions.service import Reactions

MAX_POSTS: Final = 1000
_NAME: Final = re.compile(r"[a-zA-Z0-9+_-]{1,64}").fullmatch


class InvalidReaction(BadRequest):
    id = "api.reaction.save_reaction.invalid.app_error"
    message = "A reaction has a user_id, a post_id and an emoji_name of 1 to 64 letters, digits, +, - and _."


class ReactionBody(msgspec.Struct, kw_only=True):
    """A new reaction."""

    user_id: str = ""
    post_id: str = ""
    emoji_name: str = ""


class ReactionRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, reactions: Reactions) -> None:
        self._posts = context.service(PostService)
        self._permissions = context.service(PermissionService)
        self._reactions = reactions

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/reactions", self.add)
        router.get("/api/v4/posts/{post_id}/reactions", self.of_post)
        router.post("/api/v4/posts/ids/reactions", self.of_posts)
        router.delete("/api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name:text}", self.remove)

    def add(self, req: Request) -> object:
        """POST /reactions."""
        body = req.read(ReactionBody, name="reaction")
        if not (is_valid_id(body.user_id) and is_valid_id(body.post_id) and _NAME(body.emoji_name)):
            raise InvalidReaction
        if body.user_id != req.user_id:
            raise Forbidden("Nobody reacts in the name of others.", id="api.reaction.save_reaction.user_id.app_error")
        post = self._posts.get(body.post_id)
        self._permissions.require_channel(req.session, post.channel_id, Permission.ADD_REACTION)
        return self._reactions.add(post, body.user_id, body.emoji_name)

    def of_post(self, req: Request, post_id: str) -> object:
        """GET /posts/{post_id}/reactions."""
        self._posts.readable(req.session, post_id)
        return self._reactions.of_posts([post_id])[post_id]

    def of_posts(self, req: Request) -> object:
        """POST /posts/ids/reactions."""
        ids = list(dict.fromkeys(req.read_list(str, max_items=MAX_POSTS, name="post_ids")))
        if not all(is_valid_id(post_id) for post_id in ids):
            raise InvalidBodyParam("post_ids")
        posts = self._posts.get_many(ids)
        self._require_read(req.session, {post.channel_id for post in posts.values()})
        # What isn't there, or is deleted, has none: somebody may have deleted it a moment ago.
        return {**{post_id: [] for post_id in ids}, **self._reactions.of_posts(posts)}

    def remove(self, req: Request, user_id: str, post_id: str, emoji_name: str) -> object:
        """DELETE /users/{user_id}/posts/{post_id}/reactions/{emoji_name}."""
        if not _NAME(emoji_name):
            raise InvalidUrlParam("emoji_name")
        post = self._posts.get(post_id)
        self._permissions.require_channel(req.session, post.channel_id, Permission.REMOVE_REACTION)
        if user_id != req.user_id:
            self._permissions.require_channel(req.session, post.channel_id, Permission.REMOVE_OTHERS_REACTIONS)
        self._reactions.remove(post, user_id, emoji_name)
        return OK

    def _require_read(self, session: Session, channel_ids: set[str]) -> None:
        if not all(self._posts.may_read(session, channel_id) for channel_id in channel_ids):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)
