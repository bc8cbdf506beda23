"""Channels, who belongs to them, and what each member has read."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec

from hubbub.core.contracts.errors import BadRequest, NotFound

OPEN: Final = "O"
PRIVATE: Final = "P"
DIRECT: Final = "D"
GROUP: Final = "G"
DEFAULT_CHANNEL: Final = "town-square"


class Channel(msgspec.Struct, kw_only=True):
    """A channel. Shared between requests: never change it. `type` is O, P, D or G. Times in ms.

    Counters (`total_msg_count`, `last_post_at`, …) of a cached record may be old: see `ChannelService.get`.
    """

    id: str
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    team_id: str = ""
    type: str = OPEN
    display_name: str = ""
    name: str = ""
    header: str = ""
    purpose: str = ""
    last_post_at: int = 0
    total_msg_count: int = 0
    extra_update_at: int = 0
    creator_id: str = ""
    scheme_id: str | None = None
    props: dict[str, Any] | None = None
    group_constrained: bool | None = None
    autotranslation: bool = False
    shared: bool | None = None
    total_msg_count_root: int = 0
    policy_id: str | None = None
    last_root_post_at: int = 0
    banner_info: dict[str, Any] | None = None
    policy_enforced: bool = False
    policy_is_active: bool = False
    default_category_name: str = ""

    @property
    def is_direct_or_group(self) -> bool:
        """Say whether the channel belongs to no team (direct or group message)."""
        return self.type in (DIRECT, GROUP)


class ChannelMember(msgspec.Struct, kw_only=True):
    """A membership with what its user has read. `roles` are the effective ones, separated by spaces."""

    channel_id: str
    user_id: str
    roles: str = ""
    last_viewed_at: int = 0
    msg_count: int = 0
    mention_count: int = 0
    mention_count_root: int = 0
    urgent_mention_count: int = 0
    msg_count_root: int = 0
    notify_props: dict[str, str] = msgspec.field(default_factory=dict)
    last_update_at: int = 0
    scheme_guest: bool = False
    scheme_user: bool = False
    scheme_admin: bool = False
    explicit_roles: str = ""
    autotranslation_disabled: bool = False


class ChannelPatch(msgspec.Struct, kw_only=True):
    """Fields to change; None leaves a field as it is."""

    display_name: str | None = None
    name: str | None = None
    header: str | None = None
    purpose: str | None = None
    group_constrained: bool | None = None
    banner_info: dict[str, Any] | None = None


class ChannelStats(msgspec.Struct, kw_only=True):
    channel_id: str
    member_count: int
    guest_count: int
    pinnedpost_count: int
    files_count: int


class UnreadChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has read, or marked as unread.

    `channel_ids` were unread before they were read now; `mentioned_in` are those of them in which the user was
    mentioned. `root_id` is the thread's, where it is one (`channel_ids` is its channel then). Nothing of these for all
    threads of a team. `session_id` is that of the client, "" when it isn't known.
    """

    user_id: str
    channel_ids: tuple[str, ...] = ()
    mentioned_in: tuple[str, ...] = ()
    root_id: str = ""
    session_id: str = ""
    is_read: bool = True


class PostCounts(msgspec.Struct, kw_only=True, frozen=True):
    """What new posts of one channel add to its counters: in the same transaction as the posts.

    `mentions` maps user id to (mentions, mentions in root posts, urgent mentions). `authors` maps user id to
    the time (ms) until which their own posts count as read by them.
    """

    channel_id: str
    posts: int
    root_posts: int
    last_post_at: int
    last_root_post_at: int
    mentions: Mapping[str, tuple[int, int, int]] = msgspec.field(default_factory=dict)
    authors: Mapping[str, int] = msgspec.field(default_factory=dict)


class ChannelNotFound(NotFound):
    id = "app.channel.get.existing.app_error"
    message = "There is no such channel."


class ChannelMemberNotFound(NotFound):
    id = "app.channel.get_member.missing.app_error"
    message = "The user is not a member of this channel."


class ChannelExists(BadRequest):
    id = "store.sql_channel.save_channel.exists.app_error"
    message = "A channel with that name exists already in this team."


class ChannelService(Protocol):
    """Channels and memberships. Cached reads say so; changes clear caches in every worker."""

    def get(self, channel_id: str) -> Channel:
        """Return the channel, archived or not. Raises `ChannelNotFound`. Cached: its counters may be old."""

    def get_fresh(self, channel_id: str) -> Channel:
        """Return the channel with counters as they are now. One query."""

    def get_many(self, channel_ids: Iterable[str]) -> dict[str, Channel]:
        """Return the channels that exist, by id. Cached."""

    def get_by_name(self, team_id: str, name: str) -> Channel:
        """Return the channel of a URL name (`team_id` "" for direct and group channels). One query."""

    def channel_ids_of(self, user_id: str) -> tuple[str, ...]:
        """Return the ids of all channels the user is a member of. Cached; for the audience of events."""

    def is_member(self, channel_id: str, user_id: str) -> bool:
        """Say whether the user is a member. Cached."""

    def member(self, channel_id: str, user_id: str) -> ChannelMember:
        """Return the membership as it is now. Raises `ChannelMemberNotFound`. One query."""

    def member_ids(self, channel_id: str) -> tuple[str, ...]:
        """Return the ids of the members. Cached."""

    def notify_props_of_members(self, channel_id: str) -> Mapping[str, Mapping[str, str]]:
        """Return member id → the channel's notify props of that member. Cached; for mentions and notifications."""

    def create(self, channel: Channel, *, creator_id: str = "") -> Channel:
        """Create a public or private channel (id and times made here); the creator joins as channel admin."""

    def get_or_create_direct(self, user_id: str, other_id: str) -> Channel:
        """Return the direct channel of two users (or of one with themselves)."""

    def get_or_create_group(self, user_ids: Iterable[str]) -> Channel:
        """Return the group channel of 3 to 8 users."""

    def patch(self, channel_id: str, patch: ChannelPatch, *, actor_id: str) -> Channel:
        """Change what a patch names; published, and said in the channel. The caller has checked permissions.

        Raises `ChannelNotFound`, `ChannelExists`, `BadRequest` (archived, or not to be changed there).
        """

    def add_member(self, channel_id: str, user_id: str, *, actor_id: str = "") -> ChannelMember:
        """Add a user. Does nothing for a member. Raises `ChannelNotFound`, `BadRequest` (not in the team)."""

    def remove_member(self, channel_id: str, user_id: str, *, actor_id: str = "") -> None:
        """Remove a user. Raises `ChannelMemberNotFound`, `BadRequest` (default channel)."""

    def mute(self, user_id: str, channel_ids: Iterable[str], *, muted: bool) -> None:
        """Mute or unmute channels for a member; others are left out. Two statements per channel that changes."""

    def view(self, user_id: str, channel_ids: Iterable[str], *, session_id: str = "") -> dict[str, int]:
        """Mark channels as read now; returns channel id → last_viewed_at. Publishes multiple_channels_viewed."""

    def set_unread_from(
        self,
        user_id: str,
        channel_id: str,
        *,
        last_viewed_at: int,
        msg_count: int,
        msg_count_root: int,
        mention_count: int,
        mention_count_root: int,
        urgent_mention_count: int = 0,
    ) -> ChannelMember:
        """Mark a channel unread from a moment on. One statement."""

    def record_posts(self, counts: Iterable[PostCounts]) -> None:
        """Add to counters of channels and members. Called inside the transaction that inserts the posts.

        At most three statements however many posts there are.
        """


def direct_name(user_id: str, other_id: str) -> str:
    """Return the name of the direct channel of two users: their ids in order."""
    return "__".join(sorted((user_id, other_id)))


def group_name(user_ids: Iterable[str]) -> str:
    """Return the name of the group channel of some users: SHA-1 of their sorted ids."""
    return hashlib.sha1("".join(sorted(user_ids)).encode(), usedforsecurity=False).hexdigest()


def name_without_team(user_ids: Iterable[str]) -> str:
    """Return the name of the direct (two users, or one with themselves) or group channel of some users."""
    ids = sorted(set(user_ids))
    return direct_name(ids[0], ids[-1]) if len(ids) <= 2 else group_name(ids)
