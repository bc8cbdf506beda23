"""Posts: messages, replies and system messages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Protocol, runtime_checkable

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.channels import OPEN, Channel, ChannelService
from hubbub.core.contracts.errors import BadRequest, NotFound, PermissionDenied
from hubbub.core.contracts.permission_names import Permission
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.sessions import Session, is_integration
from hubbub.core.contracts.users import User

MAX_MESSAGE: Final = 16_383
"""Runes of a message: a quarter of the column's width."""
SERVER_PROPS: Final = frozenset({"add_channel_member", "force_notification"})
"""Props that only the server sets: what clients say about them is left out."""


OVERRIDE_PROPS: Final = frozenset({"override_username", "override_icon_url", "override_icon_emoji"})
"""Props by which a post is shown under another name or picture than its author's."""
UNCOUNTED_TYPES: Final = (
    "system_join_leave", "system_join_channel", "system_guest_join_channel", "system_leave_channel",
    "system_join_team", "system_leave_team", "system_add_remove", "system_add_to_channel", "system_add_guest_to_chan",
    "system_remove_from_channel", "system_add_to_team", "system_remove_from_team",
)  # fmt: skip
"""Types of posts that make no channel unread: people come and go."""


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
    file_ids: list[str] = msgspec.field(default_factory=list)
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


class PostPriority(msgspec.Struct, kw_only=True):
    """What an author asks for with a post: `priority` is "", "important" or "urgent"."""

    priority: str = ""
    requested_ack: bool = False
    persistent_notifications: bool = False


class PostAcknowledgement(msgspec.Struct, kw_only=True):
    """A reader's sign of having read a post; `acknowledged_at` in ms, 0 when it was taken back."""

    user_id: str
    post_id: str
    acknowledged_at: int = 0
    channel_id: str = ""


class NewPost(msgspec.Struct):
    """A post on its way into the database: its row, whom it mentions, and the team of its channel ("" for none).

    `named` are those of `mentions` who aren't there only because they take part in its thread; `by_name` those of them
    whose user name or keyword is in the text, `by_group` members of a group that is. Others are called with everybody,
    or in a direct channel. A copy (`is_copy`: a thread was moved) mentions nobody. Recorders may fill
    `per_user` (what is added to `posted` for some receivers, by user id) and `after` (called when `posted` was
    published); both are emptied when a batch has to be written again.
    """

    post: Post
    row: tuple[Any, ...]
    mentions: frozenset[str]
    team_id: str
    read_by_author: bool
    named: frozenset[str] = frozenset()
    by_name: frozenset[str] = frozenset()
    by_group: frozenset[str] = frozenset()
    is_copy: bool = False
    per_user: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    after: list[Callable[[], object]] = msgspec.field(default_factory=list)


class PostRecorder(Protocol):
    """What a feature adds to new posts, beside their rows (hook `register_post_recorders`). On the path of every post.

    `post.metadata` holds at first what the author asked for there; what no recorder keeps is dropped.
    """

    keeps: frozenset[str]
    """The keys of `post.metadata` that are this recorder's."""

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Check and complete a post before it is stored, filters have passed; `session` is its author's, if any.

        Raises `BadRequest` to refuse it. What it puts into `post.metadata` is shown to everybody who hears of the post.
        """

    def record(self, posts: Sequence[NewPost]) -> None:
        """Write rows for new posts, inside the transaction that has inserted them; most posts need none.

        A failure takes the posts back. Events are published here: they leave after the commit.
        """


@runtime_checkable
class PostEraser(Protocol):
    """A `PostRecorder` that also wants to know of deleted posts."""

    def erase(self, post: Post) -> None:
        """Take back what was recorded of a post, inside the transaction that has marked it deleted.

        The deletion of a root is that of its replies: they aren't named one by one. The root is locked.
        """


@runtime_checkable
class PostReviser(Protocol):
    """A `PostRecorder` that also wants to know of edits."""

    def revise(self, new: Post, old: Post) -> None:
        """Check and record an edit, inside the transaction that is about to store it; the post is locked.

        `old` is the post as it is in the database. May change `new.file_ids`. Raises `BadRequest` to refuse the edit.
        """


class PostNotFound(NotFound):
    id = "app.post.get.app_error"
    message = "There is no such post."


class InvalidPost(BadRequest):
    id = "model.post.is_valid.msg.app_error"
    message = "The post is not valid."


def require_create_post(
    permissions: PermissionService, channels: ChannelService, session: Session, channel_id: str
) -> None:
    """Raise `PermissionDenied` unless the session's user may post there.

    Members need create_post in the channel; create_post_public lets others post in public channels.
    """
    if permissions.has_channel(session, channel_id, Permission.CREATE_POST):
        return
    channel = channels.get_many([channel_id]).get(channel_id)
    if (
        channel is None
        or channel.type != OPEN
        or not permissions.has_team(session, channel.team_id, Permission.CREATE_POST_PUBLIC)
    ):
        raise PermissionDenied(Permission.CREATE_POST)


def client_props(
    props: Mapping[str, Any], session: Session, old: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """Return what a client may say in a post's props; `old` are those that the post has, for an edit.

    `SERVER_PROPS` are left out. Posts of bots are marked as such.
    """
    # SECURITY: a person who posts under another name passes for somebody else; only programs may have one.
    foreign = SERVER_PROPS if is_integration(session) else SERVER_PROPS | OVERRIDE_PROPS
    kept = {name: value for name, value in props.items() if name not in foreign or old.get(name, UNSET) == value}
    return {**kept, "from_bot": "true"} if session.props.get("is_bot") == "true" else kept


class PostService(Protocol):
    """Posts. What is created here has passed message filters and is stored when the call returns."""

    def create(
        self,
        post: Post,
        *,
        session: Session | None = None,
        connection_id: str = "",
        set_online: bool = True,
        post_id: str = "",
    ) -> Post:
        """Store a post and publish `posted`. The caller has checked permissions.

        `session` is the author's, for what its text may do (None: everything). `connection_id` gets no echo-specific
        treatment but is passed on in the event. With `post_id` the post gets this id, once: when there is such a
        post already (also a deleted one) that one is returned and nothing happens. Raises `InvalidPost`,
        `ChannelNotFound`; `Rejected` is turned into `BadRequest`.
        """

    def create_system(self, channel_id: str, user_id: str, type: str, message: str, props: dict[str, Any]) -> Post:
        """Store a system message (`type` starts with system_) as if `user_id` had caused it."""

    def send_ephemeral(self, post: Post, user_id: str) -> Post:
        """Show a post to one user only, stored nowhere; returned as shown. A `post.id` that is set stays.

        Raises `InvalidPost`, `ChannelNotFound`; `Rejected` is turned into `BadRequest`.
        """

    def get(self, post_id: str, *, include_deleted: bool = False) -> Post:
        """Return a post as it is stored: not for clients (see `shown`). Raises `PostNotFound`. One query."""

    def get_many(self, post_ids: Iterable[str], *, include_deleted: bool = False) -> dict[str, Post]:
        """Return the posts that exist, by id. One query."""

    def mentioned(self, posts: Iterable[Post]) -> dict[str, frozenset[str]]:
        """Return post id → who is mentioned by the text that the post was written with; edits change nothing in that.

        Its author is left out, and so are those who want to be mentioned by every reply to a thread of theirs. By the
        keywords that members have now. At most one query (for posts that were edited) when caches are warm.
        """

    def readable(self, session: Session, post_id: str, *, include_deleted: bool = False) -> Post:
        """Return a post that the session may read. Raises `PostNotFound`, `PermissionDenied`. One query."""

    def may_read(self, session: Session, channel_id: str) -> bool:
        """Say whether the session may read a channel's posts: as a member, or a public one of its team."""

    def shown(self, posts: list[Post], *, session: Session | None = None) -> list[Post]:
        """Return posts as readers get them: with metadata, after `messages_will_be_consumed`. Bulk queries only.

        With a `session`, links to other posts show what its user may read of those.
        """

    def list_of(self, posts: Iterable[Post], *, session: Session | None = None) -> PostList:
        """Return `shown` posts as a list, in the order they have."""

    def touch(self, post_id: str, *, has_reactions: bool | None = None) -> Post:
        """Note that what is shown with a post has changed: `update_at` grows, pages and ETags are new.

        Returns the post as it is now, without metadata. Raises `PostNotFound` for a deleted one. Two statements;
        call it in the transaction of the change.
        """

    def reader_changed(self, user_id: str) -> None:
        """Note that what one reader sees with posts (`followed_threads`) has changed: their ETags are new."""

    def publish_edited(self, post: Post) -> None:
        """Publish `post_edited` with the post as readers get it."""

    def patch(self, post_id: str, patch: PostPatch, *, editor_id: str) -> Post:
        """Change a post, keeping the old text as an edit; publishes `post_edited`."""

    def delete(self, post_id: str, *, actor_id: str) -> None:
        """Mark a post (and its replies) deleted; publishes `post_deleted`."""

    def erase_older(
        self,
        before: int,
        *,
        channel_ids: Sequence[str] | None = None,
        except_channel_ids: Sequence[str] = (),
        keep_pinned: bool = False,
        limit: int = 500,
    ) -> int:
        """Remove posts made before a time (ms) for good, oldest first, at most `limit` (and 500) of them.

        Only those of `channel_ids`, unless that is None. What belongs to them (reactions, files, …) goes in the same
        transaction, by `posts_have_been_erased`. Returns how many; nobody is told over the WebSocket.
        """
