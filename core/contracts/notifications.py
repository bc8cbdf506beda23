"""Notifications: who is told what, why, and over which way."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, runtime_checkable

import msgspec

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.statuses import OFFLINE
from hubbub.core.contracts.teams import Team
from hubbub.core.contracts.users import User

EMAIL: Final = "email"
PUSH: Final = "push"

MENTION: Final = "mention"
"""Their user name is in the text, with or without an @ before it."""
KEYWORD: Final = "keyword"
"""A word they chose is in the text, their first name too."""
GROUP_MENTION: Final = "group_mention"
DIRECT: Final = "direct"
"""The post is in a direct or group channel of theirs."""
CHANNEL_MENTION: Final = "channel_mention"
"""@channel, @all or @here."""
COMMENT_ROOT: Final = "comment_root"
"""A reply in a thread they began (for those who asked to be told of such, without collapsed threads)."""
COMMENT: Final = "comment"
"""A reply in a thread they answered in (for those who asked to be told of such, without collapsed threads)."""
THREAD: Final = "thread"
"""A reply in a thread they follow (with collapsed threads)."""
ADDED: Final = "added"
"""They were added to the channel."""
EVERYTHING: Final = "everything"
"""Nothing of these: they want to be told of every post of the channel."""
TEST: Final = "test"
"""They asked the server for a test notification."""


class Notification(msgspec.Struct, kw_only=True):
    """One person to be told of one post. Everything is decided: whoever gets it delivers it.

    `reason` is the strongest one, a constant of this module (mention, keyword, …). `ways` are those over which the
    person wants to be told and may be (`EMAIL`, `PUSH`): their own settings, the channel's and the thread's, their
    status and the server's configuration have been looked at. `post` is as stored, `message` and `props` untouched.

    `sender_name` is how this person sees the author: by their own choice of names, or as a webhook calls itself;
    `channel_name` how they see the channel (a direct one is named after the author). `team` is None for direct and
    group channels; `link` is the post's permanent address. `status` is the person's (online, away, dnd, offline).
    `is_crt` says that the person has collapsed threads: a reply is then shown in its thread only. `is_repeated` that
    this is not the first time (persistent notifications of an urgent post).
    """

    user: User
    post: Post
    channel: Channel
    sender: User
    reason: str
    ways: frozenset[str] = frozenset({EMAIL, PUSH})
    sender_name: str = ""
    channel_name: str = ""
    team: Team | None = None
    link: str = ""
    status: str = OFFLINE
    is_crt: bool = False
    is_repeated: bool = False


class PushNotification(msgspec.Struct, kw_only=True):
    """A mobile push about a post, the same for all devices of its user; fields as the proxy's protocol names them.

    With `is_id_loaded` the proxy learns no text: devices fetch it from this server, and `sender_id` is the receiver.
    """

    type: str = "message"
    sub_type: str = ""
    version: str = "v2"
    message: str = ""
    category: str = ""
    sound: str = ""
    badge: int = 0
    cont_ava: int = 0
    team_id: str = ""
    channel_id: str = ""
    channel_name: str = ""
    post_id: str = ""
    root_id: str = ""
    sender_id: str = ""
    sender_name: str = ""
    override_username: str = ""
    override_icon_url: str = ""
    from_webhook: str = ""
    is_crt_enabled: bool = False
    is_id_loaded: bool = False


class EmailNotification(msgspec.Struct, kw_only=True):
    """An e-mail about a post, before it is sent."""

    post_id: str
    channel_id: str
    team_id: str
    sender_id: str
    recipient_id: str
    root_id: str = ""
    subject: str = ""
    title: str = ""
    subtitle: str = ""
    message_html: str = ""
    message_text: str = ""
    button_text: str = ""
    button_url: str = ""
    footer_text: str = ""


class NotificationAck(msgspec.Struct, kw_only=True):
    """A device's word that it got a push (`POST /api/v4/notifications/ack`). `received_at` in ms."""

    id: str = ""
    received_at: int = 0
    platform: str = ""
    type: str = ""
    post_id: str = ""
    is_id_loaded: bool = False


class Notifier(Protocol):
    """Delivers notifications over one way: e-mail, mobile push, desktop, webhook.

    Only those are handed over that name its way in `ways`: set `way` to `EMAIL` or `PUSH` to follow what people chose
    for that, or leave it out to get all that name any. Implement `BulkNotifier` to get many of a post at once.
    """

    id: str

    def notify(self, notification: Notification) -> None:
        """Deliver, or queue durably. Called on a background greenlet; failures are logged by name."""


@runtime_checkable
class BulkNotifier(Protocol):
    """A `Notifier` that takes many at once; its `notify` isn't called."""

    id: str

    def notify_many(self, notifications: Sequence[Notification]) -> None:
        """Deliver, or queue durably, notifications of one post: at most 500 in a call, to different people."""


@runtime_checkable
class AckReceiver(Protocol):
    """A `Notifier` that also wants to know what devices say about the pushes that they got."""

    def acknowledge(self, ack: NotificationAck, user_id: str) -> None:
        """Take in that a device of this user got a push. Called on a background greenlet."""


class NotificationService(Protocol):
    """What ways of notifying can ask. Optional: `NullNotificationService` knows nothing."""

    def badges(self, user_ids: Iterable[str]) -> dict[str, int]:
        """Return user id → the number on the app's icon: unread mentions, and unread threads. Two or three queries."""

    def repeat(self, posts: Iterable[Post]) -> None:
        """Tell those whom posts mention once more: on their phones, and in their clients by an event."""


class NullNotificationService:
    """Nobody counts."""

    def badges(self, user_ids: Iterable[str]) -> dict[str, int]:
        """Return 0 for everybody."""
        return dict.fromkeys(user_ids, 0)

    def repeat(self, posts: Iterable[Post]) -> None:
        """Tell nobody."""
