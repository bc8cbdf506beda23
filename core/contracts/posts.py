"""Posts: messages, replies and system messages."""

from collections.abc import Iterable
from typing import Any, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.users import User


class Post(msgspec.Struct, kw_only=True):
    """A message. Times in ms; message at most 16,383 runes; `root_id` is the thread's first post.

    `type` is "" for what people write, `system_…` for system messages. `pending_post_id` is the client's own
    id for it: the same id again within 30 s is the same post.
    """

    id: str = ""
    create_at: int = 0
    update_at: int = 0
    edit_at: int = 0
    delete_at: int = 0
    is_pinned: bool = False
    user_id: str = ""
    channel_id: str = ""
    root_id: str = ""
    original_id: str = ""
    message: str = ""
    type: str = ""
    props: dict[str, Any] = msgspec.field(default_factory=dict)
    hashtags: str = ""
    file_ids: list[str] | UnsetType = UNSET
    pending_post_id: str = ""
    has_reactions: bool | UnsetType = UNSET
    remote_id: str | UnsetType = UNSET
    reply_count: int = 0
    last_reply_at: int = 0
    participants: list[User] | None = None
    is_following: bool | UnsetType = UNSET
    metadata: dict[str, Any] | UnsetType = UNSET


class PostList(msgspec.Struct, kw_only=True):
    """A page of posts: `order` newest first, `posts` by id (threads' other posts included where asked for)."""

    order: list[str]
    posts: dict[str, Post]
    next_post_id: str = ""
    prev_post_id: str = ""
    has_next: bool | UnsetType = UNSET
    first_inaccessible_post_time: int = 0


class PostPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    is_pinned: bool | None = None
    message: str | None = None
    props: dict[str, Any] | None = None
    file_ids: list[str] | None = None
    has_reactions: bool | None = None


class PostNotFound(NotFound):
    id = "app.post.get.app_error"
    message = "There is no such post."


class InvalidPost(BadRequest):
    id = "model.post.is_valid.msg.app_error"
    message = "The post is not valid."


class PostService(Protocol):
    """Posts. What is created here has passed message filters and is stored when the call returns."""

    def create(self, post: Post, *, session_id: str = "", connection_id: str = "", set_online: bool = True) -> Post:
        """Store a post and publish `posted`. The caller has checked permissions.

        `connection_id` gets no echo-specific treatment but is passed on in the event. Raises `InvalidPost`,
        `ChannelNotFound`, `Rejected` is turned into `BadRequest`.
        """

    def create_system(self, channel_id: str, user_id: str, type: str, message: str, props: dict[str, Any]) -> Post:
        """Store a system message (`type` starts with system_) as if `user_id` had caused it."""

    def get(self, post_id: str, *, include_deleted: bool = False) -> Post:
        """Return a post. Raises `PostNotFound`. One query."""

    def get_many(self, post_ids: Iterable[str]) -> dict[str, Post]:
        """Return the posts that exist, by id. One query."""

    def patch(self, post_id: str, patch: PostPatch, *, editor_id: str) -> Post:
        """Change a post, keeping the old text as an edit; publishes `post_edited`."""

    def delete(self, post_id: str, *, actor_id: str) -> None:
        """Mark a post (and its replies) deleted; publishes `post_deleted`."""
