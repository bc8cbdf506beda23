"""What a push says: as much as `EmailSettings.PushNotificationContents` lets out."""

from typing import Any, Final

from hubbub.core.contracts import notifications as reasons
from hubbub.core.contracts.notifications import Notification, PushNotification
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.push import CAN_REPLY, MAX_MESSAGE_BYTES, MESSAGE, SESSION, VERSION, cut_bytes
from hubbub.core.contracts.users import User
from hubbub.core.languages import Languages
from hubbub.core.plain_text import plain_text
from hubbub.plugins.push_notifications.words import FOLDER, Words

FULL: Final = "full"
ID_LOADED: Final = "id_loaded"
NO_CHANNEL: Final = "generic_no_channel"
_GENERIC: Final = {
    reasons.DIRECT: "direct",
    reasons.MENTION: "mention",
    reasons.KEYWORD: "mention",
    reasons.GROUP_MENTION: "mention",
    reasons.CHANNEL_MENTION: "everybody",
    reasons.COMMENT_ROOT: "thread",
    reasons.COMMENT: "thread",
    reasons.THREAD: "thread",
}


class Writer:
    """Writes pushes in their readers' languages."""

    def __init__(self) -> None:
        self._languages = Languages(FOLDER, Words)

    def _words(self, user: User, config: Any) -> Words:
        return self._languages.get(self._languages.best(user.locale, config.LocalizationSettings.DefaultServerLocale))

    def write(self, notification: Notification, config: Any, badge: int, text: str) -> PushNotification:
        """Return the push about a post; `text` is the post's (see `text_of`)."""
        contents, post, words = config.EmailSettings.PushNotificationContents, notification.post, None
        words = self._words(notification.user, config)
        push = PushNotification(
            type=MESSAGE,
            version=VERSION,
            category=CAN_REPLY,
            badge=badge,
            team_id=notification.channel.team_id,
            channel_id=post.channel_id,
            post_id=post.id,
            root_id=post.root_id,
            is_crt_enabled=notification.is_crt,
        )
        if contents == ID_LOADED:
            push.is_id_loaded = True
            push.message = words.new_message
            push.sender_id = notification.user.id
            return push
        self._add_names(push, notification, config)
        message = _full(notification, text, words) if contents == FULL else _generic(notification, words)
        push.message = cut_bytes(message, MAX_MESSAGE_BYTES)
        return push

    def _add_names(self, push: PushNotification, notification: Notification, config: Any) -> None:
        props = notification.post.props
        push.sender_id = notification.sender.id
        push.sender_name = notification.sender_name or notification.sender.username
        if config.EmailSettings.PushNotificationContents != NO_CHANNEL or notification.channel.type == "D":
            push.channel_name = notification.channel_name or notification.channel.display_name
        if props.get("from_webhook") == "true":
            push.from_webhook = "true"
            if config.ServiceSettings.EnablePostUsernameOverride:
                push.override_username = _text_prop(props, "override_username")
            if config.ServiceSettings.EnablePostIconOverride:
                push.override_icon_url = _text_prop(props, "override_icon_url")

    def session_expired(self, user: User, config: Any, badge: int) -> PushNotification:
        """Return the push that tells somebody to sign in again."""
        message = self._words(user, config).session_expired.format(site=config.TeamSettings.shown_site_name)
        return PushNotification(type=SESSION, message=message, badge=badge)


def text_of(post: Post) -> str:
    """Return a post's text as phones show it, or that of its attachments when it has none."""
    return plain_text(post.message) or plain_text(_fallback(post))


def _full(notification: Notification, text: str, words: Words) -> str:
    if not text:
        count = len(notification.post.file_ids or ())
        text = words.files.format(count=count) if count else words.new_message
    # A direct channel is called after who writes.
    return text if notification.channel.type == "D" else f"{_called(notification)}: {text}"


def _generic(notification: Notification, words: Words) -> str:
    pattern: str = getattr(words, _GENERIC.get(notification.reason, "other"))
    return pattern.replace("{sender}", _called(notification))


def _called(notification: Notification) -> str:
    name = notification.sender_name or notification.sender.username
    return f"@{name}" if name == notification.sender.username else name


def _fallback(post: Post) -> str:
    attachments = post.props.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        if isinstance(one, dict):
            for name in ("pretext", "fallback", "title", "text"):
                if isinstance(one.get(name), str) and one[name]:
                    return str(one[name])
    return ""


def _text_prop(props: Any, name: str) -> str:
    value = props.get(name)
    return value[:1_000] if isinstance(value, str) else ""
