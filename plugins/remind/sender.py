"""Says what is due, in each worker; whichever is first does it, once."""

from datetime import datetime
from hashlib import blake2b
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import PermissionDenied
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService, require_create_post
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserService, system_bot
from hubbub.plugins.remind.store import Reminder, ReminderStore
from hubbub.plugins.remind.when import following, zone_of

BATCH: Final = 100
GIVE_UP_MS: Final = 24 * 3_600_000


class ReminderSender:
    """The id of a message follows from the reminder and its time: a worker that is killed, or two at once, say it once.

    What was due while the server was down is said when it is back; of what comes again, once.
    """

    def __init__(self, context: PluginContext, store: ReminderStore) -> None:
        self._log = context.log
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._store = store

    def run(self) -> None:
        """Say what is due."""
        now, last = now_ms(), (0, "")
        while due := self._store.due(now, last, BATCH):
            users = self._users.get_many({one.user_id for one in due} | {one.recipient_id for one in due})
            for reminder in due:
                self._handle(reminder, users, now)
            last = (due[-1].due_at, due[-1].id)

    def _handle(self, reminder: Reminder, users: dict[str, User], now: int) -> None:
        author = users.get(reminder.user_id)
        if author is None or author.delete_at:
            self._store.delete(reminder.id)
            return
        try:
            self._say(reminder, author, users)
        except PermissionDenied:
            self._log.info("user %s may not post in channel %s any more", author.id, reminder.channel_id)
            self._store.delete(reminder.id)
            return
        except Exception:
            self._log.exception("the reminder %s of user %s can't be said", reminder.id, author.id)
            if reminder.due_at > now - GIVE_UP_MS:
                return  # again in a moment
        if reminder.every:
            zone = zone_of(reminder.zone)
            ahead = following(reminder.every, datetime.fromtimestamp(max(now, reminder.due_at) / 1000, zone))
            self._store.postpone(reminder, int(ahead.timestamp() * 1000))
        else:
            self._store.delete(reminder.id)

    def _say(self, reminder: Reminder, author: User, users: dict[str, User]) -> None:
        bot = system_bot(self._users)
        channel_id, text = reminder.channel_id, f"Reminder by @{author.username}: {reminder.message}"
        if channel_id:
            # SECURITY: as its author, who may have left since, or may not post there any more.
            session = Session(id="", token="", user_id=author.id, roles=author.roles)
            require_create_post(self._permissions, self._channels, session, channel_id)
        else:
            recipient = users.get(reminder.recipient_id)
            if recipient is None or recipient.delete_at:
                return
            channel_id = self._channels.get_or_create_direct(bot.id, recipient.id).id
            if recipient.id == author.id:
                text = f"You asked to be reminded: {reminder.message}"
        post = Post(user_id=bot.id, channel_id=channel_id, message=text, props={"from_bot": "true"})
        session = Session(id="", token="", user_id=author.id, roles=author.roles)
        self._posts.create(post, session=session, set_online=False, post_id=message_id(reminder))


def message_id(reminder: Reminder) -> str:
    """Return the id of the message that a reminder becomes at its time: the same in every worker."""
    return blake2b(f"remind {reminder.id} {reminder.due_at}".encode(), digest_size=13).hexdigest()
