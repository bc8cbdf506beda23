"""Several notifications in one mail: sent when the first of them has waited as long as its reader chose."""

from collections.abc import Sequence
from typing import Final

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelMemberNotFound, ChannelService
from hubbub.core.contracts.mail import Mail, Mailer
from hubbub.core.contracts.notifications import EmailNotification
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserService
from hubbub.plugins.mail_notifications.content import Writer
from hubbub.plugins.mail_notifications.service import item_of, mail_of
from hubbub.plugins.mail_notifications.store import Waiting, WaitingStore

KIND: Final = "post_digest"
USERS: Final = 100
SHOWN: Final = 50
TOO_OLD_MS: Final = 24 * 3_600_000


class _Taken(Exception):
    """Another worker was faster."""


class Digests:
    """Called every few seconds in each worker; each mail is made by one of them."""

    def __init__(self, context: PluginContext, store: WaitingStore, writer: Writer) -> None:
        self._context = context
        self._store = store
        self._writer = writer
        self._mailer = context.service(Mailer)
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)

    def run(self) -> None:
        """Send what is due."""
        settings = self._context.config.EmailSettings
        if not settings.SendEmailNotifications:
            return
        while user_ids := self._store.users_due(now_ms(), settings.EmailBatchingBufferSize, USERS):
            users = self._users.get_many(user_ids)
            done = [self._send(user_id, users.get(user_id)) for user_id in user_ids]
            if not any(done):
                return

    def _send(self, user_id: str, user: User | None) -> bool:
        """Make one user's mail; say whether anything was done."""
        rows = self._store.of_user(user_id)
        if not rows:
            return False
        wanted = [] if user is None or user.delete_at else self._unread(user, rows)
        try:
            with self._context.db.transaction():
                if not self._store.take(rows):
                    raise _Taken
                if user is not None and wanted:
                    self._mailer.send(self._mail(user, wanted))
        except _Taken:
            return False
        return True

    def _unread(self, user: User, rows: Sequence[Waiting]) -> list[EmailNotification]:
        """Return what is worth a mail still: there, to be read by them, and not read."""
        posts = self._posts.get_many([row.post_id for row in rows])
        session = Session(id="", token="", user_id=user.id, roles=user.roles)
        seen = {channel_id: self._seen(channel_id, user.id) for channel_id in {row.channel_id for row in rows}}
        found = []
        for row in rows:
            post = posts.get(row.post_id)
            if post is None or post.delete_at or row.due_at < now_ms() - TOO_OLD_MS:
                continue
            if not row.in_thread and seen[row.channel_id] >= post.create_at:
                continue
            # SECURITY: who has left the channel meanwhile isn't told what was said there.
            if self._posts.may_read(session, row.channel_id):
                found.append(json.decode(row.payload, EmailNotification))
        return found

    def _seen(self, channel_id: str, user_id: str) -> int:
        try:
            return self._channels.member(channel_id, user_id).last_viewed_at
        except ChannelMemberNotFound:
            return 0

    def _mail(self, user: User, emails: Sequence[EmailNotification]) -> Mail:
        if len(emails) == 1:
            return mail_of(emails[0], user)
        config = self._context.config
        words, site = self._writer.words(user, config), config.TeamSettings.shown_site_name
        left = len(emails) - SHOWN
        return Mail(
            kind=KIND,
            to=user.email,
            subject=words.digest_subject.format(site=site, count=len(emails)),
            text="",
            title=words.digest_title.format(count=len(emails)),
            locale=user.locale,
            items=tuple(item_of(email) for email in emails[:SHOWN]),
            footer=" ".join(filter(None, [words.more.format(count=left) if left > 0 else "", emails[0].footer_text])),
        )
