"""Priorities of new posts: checked before they are stored, recorded with them."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import NewPost, Post, PostPriority
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService
from hubbub.plugins.post_priority.service import Priorities
from hubbub.plugins.post_priority.store import PriorityStore

URGENT: Final = "urgent"
PRIORITIES: Final = frozenset({"", "important", URGENT})
_ID: Final = "api.post.post_priority.{}.request_error"


class Asked(msgspec.Struct, kw_only=True):
    """What an author asks for; null is as good as nothing."""

    priority: str | None = None
    requested_ack: bool | None = None
    persistent_notifications: bool | None = None


class PriorityRecorder:
    """Keeps `metadata.priority` of new posts. Implements `PostRecorder`."""

    keeps: frozenset[str] = frozenset({"priority"})

    def __init__(self, context: PluginContext, store: PriorityStore, priorities: Priorities) -> None:
        self._config = context.config_store
        self._users = context.service(UserService)
        self._store = store
        self._priorities = priorities

    def prepare(self, post: Post, channel: Channel, session: Session | None) -> None:
        """Check what the author asks for. Raises `BadRequest`, `Forbidden`."""
        if post.root_id:
            self._priorities.is_repeated(post.root_id)  # asked before the transaction: from then on it is known
        if not post.metadata or "priority" not in post.metadata:
            return
        wanted = _read(post.metadata.pop("priority"))
        if wanted is None:
            return
        self._check(wanted, post, session)
        post.metadata["priority"] = wanted

    def _check(self, wanted: PostPriority, post: Post, session: Session | None) -> None:
        settings = self._config.current.ServiceSettings
        if not settings.PostPriority:
            raise _not_allowed("Priorities of messages are turned off on this server (ServiceSettings.PostPriority).")
        if post.root_id:
            raise BadRequest(
                "A reply has no priority: give it to the first message of a thread.",
                id=_ID.format("priority_post_only_allowed_for_root_post"),
            )
        if not wanted.persistent_notifications:
            return
        if not settings.AllowPersistentNotifications:
            raise _not_allowed("Repeated notifications are turned off (ServiceSettings.AllowPersistentNotifications).")
        if session and not settings.AllowPersistentNotificationsForGuests and self._users.get(post.user_id).is_guest:
            raise _not_allowed("Guests can't have notifications repeated.")
        if wanted.priority != URGENT:
            raise BadRequest(
                "Notifications are repeated for urgent messages only.",
                id=_ID.format("urgent_persistent_notification_post"),
            )

    def record(self, posts: Sequence[NewPost]) -> None:
        """Store the priorities of those that have one."""
        rows, repeated = [], []
        for new in posts:
            if new.post.root_id:
                self._priorities.replied(new.post)
                continue
            wanted = new.post.metadata.get("priority") if new.post.metadata else None
            if wanted is None:
                continue
            post = new.post
            persistent = wanted.persistent_notifications
            rows.append((post.id, post.channel_id, wanted.priority, wanted.requested_ack, persistent))
            if persistent:
                self._check_recipients(new)
                repeated.append((post.id, post.create_at))
        if rows:
            self._store.insert(rows, repeated)
            self._priorities.recorded({row[1] for row in rows})

    def _check_recipients(self, new: NewPost) -> None:
        limit = self._config.current.ServiceSettings.PersistentNotificationMaxRecipients
        count = len(new.mentions)
        if not count:
            raise BadRequest(
                "Mention somebody: there is nobody to be notified repeatedly.",
                id=_ID.format("min_recipients_persistent_notification_post"),
            )
        if count > limit:
            raise BadRequest(
                "The message mentions {count} people; at most {limit} can be notified repeatedly.",
                id=_ID.format("max_recipients_persistent_notification_post"),
                count=count,
                limit=limit,
            )


def _read(value: Any) -> PostPriority | None:
    """Return what is asked for, None for nothing. Raises `InvalidBodyParam`."""
    if value is None:
        return None
    try:
        asked = msgspec.convert(value, Asked)
    except msgspec.ValidationError as error:
        raise InvalidBodyParam("metadata.priority", detailed_error=str(error)) from error
    wanted = PostPriority(
        priority=asked.priority or "",
        requested_ack=bool(asked.requested_ack),
        persistent_notifications=bool(asked.persistent_notifications),
    )
    if wanted.priority not in PRIORITIES:
        raise InvalidBodyParam("metadata.priority.priority")
    return None if wanted == PostPriority() else wanted


def _not_allowed(message: str) -> Forbidden:
    return Forbidden(message, id=_ID.format("priority_post_not_allowed_for_user"))
