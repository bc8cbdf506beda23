"""Delivering notifications by mail: the `Notifier`."""

from collections.abc import Mapping, Sequence
from typing import Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError, Rejected
from hubbub.core.contracts.mail import Mail, Mailer, MailItem
from hubbub.core.contracts.notifications import EMAIL, EmailNotification, Notification
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.users import User
from hubbub.core.ids import new_id
from hubbub.plugins.mail_notifications.content import Writer
from hubbub.plugins.mail_notifications.store import Waiting, WaitingStore

KIND: Final = "post_notification"
INTERVALS_S: Final = {"30": 30, "900": 900, "3600": 3_600}
"""What people may choose: at once, after a quarter of an hour, after an hour."""
DEFAULT_S: Final = 900


class MailNotifier:
    """`BulkNotifier` for e-mail: who gets it is decided, here it is written and queued, or kept for a while."""

    id = "mail_notifications"
    way = EMAIL

    def __init__(self, context: PluginContext, store: WaitingStore, writer: Writer) -> None:
        self._context = context
        self._store = store
        self._writer = writer
        self._mailer = context.service(Mailer)
        self._preferences = context.service(PreferenceService)

    def notify(self, notification: Notification) -> None:
        """See `Notifier.notify`."""
        self.notify_many([notification])

    def notify_many(self, notifications: Sequence[Notification]) -> None:
        """See `BulkNotifier.notify_many`."""
        settings = self._context.config.EmailSettings
        if not settings.SendEmailNotifications:
            return
        bodies: dict[str, str] = {}
        written = [(one, email) for one in notifications if (email := self._write(one, bodies)) is not None]
        if not written:
            return
        if settings.EnableEmailBatching:
            self._keep(written)
        else:
            self._mailer.send_many(mail_of(email, one.user) for one, email in written)

    def _write(self, notification: Notification, bodies: dict[str, str]) -> EmailNotification | None:
        """Return what is to be sent, None when a plugin doesn't want it sent; `bodies` are made once per language."""
        config, user = self._context.config, notification.user
        if user.locale not in bodies:
            bodies[user.locale] = self._writer.body_of(notification.post, user, config)
        email = self._writer.write(notification, config, bodies[user.locale])
        try:
            changed: EmailNotification = self._context.hooks.consult("email_notification_will_be_sent", email)
        except (Rejected, AppError) as error:
            self._context.log.info("no mail about post %s to %s: %s", email.post_id, email.recipient_id, error)
            return None
        return changed

    def _keep(self, written: Sequence[tuple[Notification, EmailNotification]]) -> None:
        chosen = self._preferences.users_with([one.user.id for one, _ in written], "notifications", "email_interval")
        now, least = now_ms(), self._context.config.EmailSettings.EmailBatchingInterval
        self._store.insert([_waiting(one, email, now, chosen, least) for one, email in written])


def _waiting(
    notification: Notification, email: EmailNotification, now: int, chosen: Mapping[str, str], least: int
) -> Waiting:
    user, post = notification.user, notification.post
    seconds = max(least, INTERVALS_S.get(chosen.get(user.id, ""), DEFAULT_S))
    in_thread = notification.is_crt and bool(post.root_id)
    due_at = now + seconds * 1000
    return Waiting(new_id(), user.id, post.channel_id, post.id, now, due_at, in_thread, json.encode_str(email))


def mail_of(email: EmailNotification, user: User) -> Mail:
    """Return a mail about one post. Those about one thread hang together in its reader's program."""
    return Mail(
        kind=KIND,
        to=user.email,
        subject=email.subject,
        text="",
        title=email.title,
        locale=user.locale,
        items=(item_of(email),),
        footer=email.footer_text,
        message_id=_message_id(email.post_id, user),
        thread_id=_message_id(email.root_id or email.post_id, user),
    )


def _message_id(post_id: str, user: User) -> str:
    """Return what names the mail about a post to one of its readers; short, so that its header fits on a line."""
    return f"{post_id}.{user.id[:6]}"


def item_of(email: EmailNotification) -> MailItem:
    """Return a post as it stands in a mail."""
    return MailItem(
        title=email.title,
        subtitle=email.subtitle,
        html=email.message_html,
        text=email.message_text,
        link=email.button_url,
        button=email.button_text,
    )
