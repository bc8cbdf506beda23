"""Notifications: who is told what, why, and over which way."""

from typing import Any, Protocol

import msgspec

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.users import User


class Notification(msgspec.Struct, kw_only=True):
    """One person to be told of one post. `reason` is mention, channel_mention, keyword, direct, thread, …"""

    user: User
    post: Post
    channel: Channel
    sender: User
    reason: str


class PushNotification(msgspec.Struct, kw_only=True):
    """What goes to a push proxy, before the device is filled in; fields as the proxy's protocol names them."""

    type: str = "message"
    message: str = ""
    category: str = ""
    sound: str = ""
    badge: int = 0
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
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


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


class Notifier(Protocol):
    """Delivers notifications over one way: e-mail, mobile push, desktop, webhook."""

    id: str

    def notify(self, notification: Notification) -> None:
        """Deliver, or queue durably. Called on a background greenlet; failures are logged by name."""
