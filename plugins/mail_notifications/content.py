"""What a mail about a post says."""

from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from hubbub.core.contracts import notifications as reasons
from hubbub.core.contracts.notifications import EmailNotification, Notification
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.users import User
from hubbub.core.languages import Languages
from hubbub.plugins.mail_notifications.markup import to_html
from hubbub.plugins.mail_notifications.words import FOLDER, Words

_TITLES: Final = {
    reasons.MENTION: "title_mention",
    reasons.KEYWORD: "title_mention",
    reasons.GROUP_MENTION: "title_mention",
    reasons.CHANNEL_MENTION: "title_mention",
    reasons.DIRECT: "title_direct",
    reasons.COMMENT_ROOT: "title_thread",
    reasons.COMMENT: "title_thread",
    reasons.THREAD: "title_thread",
    reasons.ADDED: "title_added",
}


class Writer:
    """Writes notifications in their readers' languages and time zones."""

    def __init__(self) -> None:
        self._languages = Languages(FOLDER, Words)

    def words(self, user: User, config: Any) -> Words:
        """Return the texts for somebody."""
        return self._languages.get(self._languages.best(user.locale, config.LocalizationSettings.DefaultServerLocale))

    def write(self, notification: Notification, config: Any, message_html: str) -> EmailNotification:
        """Return what a mail about a post says; `message_html` is the post's text (see `body_of`)."""
        words, settings = self.words(notification.user, config), config.EmailSettings
        full = settings.EmailNotificationContentsType == "full"
        team = notification.team.display_name if notification.team else ""
        values = {
            "site": config.TeamSettings.shown_site_name,
            "sender": notification.sender_name or notification.sender.username,
            "team": team,
            "channel": notification.channel_name or notification.channel.display_name,
        }
        post = notification.post
        return EmailNotification(
            post_id=post.id,
            channel_id=post.channel_id,
            team_id=notification.channel.team_id,
            sender_id=notification.sender.id,
            recipient_id=notification.user.id,
            root_id=post.root_id,
            subject=_subject(words, team, full and settings.UseChannelInEmailNotifications).format_map(values),
            title=getattr(words, _TITLES.get(notification.reason, "title_other")).format_map(values),
            subtitle=_subtitle(notification, values) if full else "",
            message_html=message_html if full else "",
            message_text=_text(post, words) if full else words.generic,
            button_text=words.button.format_map(values),
            button_url=notification.link,
            footer_text=words.footer.format_map(values),
        )

    def body_of(self, post: Post, user: User, config: Any) -> str:
        """Return a post's text as HTML."""
        return to_html(_text(post, self.words(user, config)))


def _subject(words: Words, team: str, name_channel: bool) -> str:
    if not team:
        return words.subject_direct
    return words.subject_channel if name_channel else words.subject_team


def _subtitle(notification: Notification, values: dict[str, str]) -> str:
    place = [] if notification.team is None else [values["channel"], values["team"]]
    return " · ".join([*place, local_time(notification.post.create_at, notification.user)])


def _text(post: Post, words: Words) -> str:
    """Return the text of a post, or of its attachments when it has none, and how many files there are."""
    parts = [post.message] if post.message else _fallbacks(post)
    if post.file_ids:
        parts.append(words.files.format(count=len(post.file_ids)))
    return "\n\n".join(parts)


def _fallbacks(post: Post) -> list[str]:
    attachments = post.props.get("attachments")
    if not isinstance(attachments, list):
        return []
    named = [one for one in attachments if isinstance(one, dict)]
    texts = [one.get("pretext") or one.get("text") or one.get("title") or one.get("fallback") for one in named]
    return [text for text in texts if isinstance(text, str)]


def local_time(time: int, user: User) -> str:
    """Return a time (ms) as somebody's clock shows it."""
    zone = zone_of(user)
    return f"{datetime.fromtimestamp(time / 1000, zone):%Y-%m-%d %H:%M %Z}"


def zone_of(user: User) -> tzinfo:
    """Return somebody's time zone, UTC for one that is unknown."""
    settings = user.timezone
    automatic = settings.get("useAutomaticTimezone", "true") == "true"
    name = settings.get("automaticTimezone" if automatic else "manualTimezone") or ""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC
