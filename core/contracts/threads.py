"""Threads: a root with its replies, who follows it, and what of it they have read."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

import msgspec

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.users import User


class Thread(msgspec.Struct, kw_only=True):
    """A thread as one of its followers sees it. `id` is the root's; times in ms.

    `unread_replies` are those of others after `last_viewed_at`; `unread_mentions` says how many of them mention the
    follower (in direct and group channels: all). `participants` have replied; only their ids unless asked otherwise.
    """

    id: str
    reply_count: int = 0
    last_reply_at: int = 0
    last_viewed_at: int = 0
    participants: list[User] | msgspec.Raw = msgspec.field(default_factory=list)
    post: Post | msgspec.Raw
    unread_replies: int = 0
    unread_mentions: int = 0
    is_urgent: bool = False
    delete_at: int = 0


class ThreadList(msgspec.Struct, kw_only=True):
    """A page of threads, and numbers of all of them."""

    total: int = 0
    total_unread_threads: int = 0
    total_unread_mentions: int = 0
    total_unread_urgent_mentions: int = 0
    threads: list[Thread] | None = None


class ThreadCounts(msgspec.Struct, kw_only=True, frozen=True):
    """What one user hasn't read in the threads of one team."""

    threads: int = 0
    mentions: int = 0
    urgent_mentions: int = 0


class ThreadService(Protocol):
    """Keeps track of threads. Offered by the hook `register_thread_service`; found by `thread_service`."""

    def is_collapsed_for(self, user_id: str) -> bool:
        """Say whether the user's clients show replies as threads. At most one query."""

    def collapsed_among(self, user_ids: Iterable[str], chosen: Mapping[str, str] | None = None) -> set[str]:
        """Return those of the users whose clients show replies as threads. At most one query.

        `chosen` (user id → value) is the preference `collapsed_reply_threads` where a caller has it: then none.
        """

    def followers(self, root_id: str) -> set[str]:
        """Return the ids of those who follow a thread. One query."""

    def unread_by_team(self, user_id: str) -> Mapping[str, ThreadCounts]:
        """Return team id → what is unread in the threads the user follows ("": direct and group channels)."""

    def channels_viewed(self, user_id: str, channel_ids: Iterable[str], *, collapsed_supported: bool) -> None:
        """Note that the user looked at channels.

        A client without collapsed threads (or a user without them) has seen the replies too: they are read then.
        """

    def mark_unread(self, user_id: str, post: Post, *, collapsed_supported: bool) -> bool:
        """Mark a thread unread from a reply on; True when that is all, and the channel stays as it is."""

    def require_thread(self, channel_id: str, root_id: str) -> None:
        """Raise `InvalidBodyParam` (post_root_id) unless the channel has such a root."""

    def follow_after_adding(self, user_ids: Iterable[str], root_id: str) -> None:
        """Have people who were added to a channel because of a thread follow it; all of it is unread for them."""


class NullThreadService:
    """There are no threads: replies belong to their channel only."""

    def is_collapsed_for(self, user_id: str) -> bool:
        """Say no."""
        return False

    def collapsed_among(self, user_ids: Iterable[str], chosen: Mapping[str, str] | None = None) -> set[str]:
        """Return none."""
        return set()

    def followers(self, root_id: str) -> set[str]:
        """Return nobody."""
        return set()

    def unread_by_team(self, user_id: str) -> Mapping[str, ThreadCounts]:
        """Return nothing."""
        return {}

    def channels_viewed(self, user_id: str, channel_ids: Iterable[str], *, collapsed_supported: bool) -> None:
        """Do nothing."""

    def mark_unread(self, user_id: str, post: Post, *, collapsed_supported: bool) -> bool:
        """Leave it to the channel."""
        return False

    def require_thread(self, channel_id: str, root_id: str) -> None:
        """Let it pass."""

    def follow_after_adding(self, user_ids: Iterable[str], root_id: str) -> None:
        """Do nothing."""


_NONE: Final = NullThreadService()


def thread_service(hooks: Any) -> ThreadService:
    """Return what keeps track of threads now, a `NullThreadService` when no plugin does.

    Not a contract of a manifest: threads need channels and posts, and both tell threads what happens.
    """
    found: ThreadService | None = hooks.ask_first("register_thread_service")
    return _NONE if found is None else found
