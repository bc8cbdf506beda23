"""Reminds people whose time has come, by a direct message of the server's own bot."""

from hashlib import blake2b
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserService, system_bot
from hubbub.plugins.reminders.service import PostLabels
from hubbub.plugins.reminders.store import Reminder, ReminderStore

BATCH: Final = 100
GIVE_UP_S: Final = 24 * 3_600


class ReminderSender:
    """Called every few seconds in each worker.

    The id of the message follows from the reminder: whichever worker is first makes it, and one that is killed before
    it could delete the reminder leaves nothing that would be sent twice.
    """

    def __init__(self, context: PluginContext, store: ReminderStore) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._labels = PostLabels(context)
        self._store = store

    def run(self) -> None:
        """Send what is due."""
        now = now_ms() // 1000
        last = Reminder(0, "", "")
        while due := self._store.due(now, last, BATCH):
            posts = self._posts.get_many({reminder.post_id for reminder in due})
            users = self._users.get_many({reminder.user_id for reminder in due})
            for reminder in due:
                post, user = posts.get(reminder.post_id), users.get(reminder.user_id)
                if self._is_done(reminder, post, user, now):
                    self._store.delete(reminder)
            last = due[-1]

    def _is_done(self, reminder: Reminder, post: Post | None, user: User | None, now: int) -> bool:
        """Send one reminder; say whether nothing is left to do for it."""
        if post is None or user is None or user.delete_at:
            return True
        # SECURITY: who may not read the post any more isn't told who wrote there.
        if not self._posts.may_read(Session(id="", token="", user_id=user.id, roles=user.roles), post.channel_id):
            return True
        try:
            self._remind(reminder, post, user)
        except Exception:
            self._context.log.exception("user %s can't be reminded of post %s", user.id, post.id)
            return reminder.target_time < now - GIVE_UP_S
        return True

    def _remind(self, reminder: Reminder, post: Post, user: User) -> None:
        bot = system_bot(self._users)
        channel = self._channels.get_or_create_direct(bot.id, user.id)
        props = self._labels.props(post)
        message = Post(
            user_id=bot.id,
            channel_id=channel.id,
            type="reminder",
            message=f"You asked to be reminded of {self._labels.link(props)} by @{props['username']}.",
            props={**props, "from_bot": "true"},
        )
        self._posts.create(message, set_online=False, post_id=message_id(reminder))


def message_id(reminder: Reminder) -> str:
    """Return the id of the message that a reminder becomes: the same in every worker."""
    key = f"reminder {reminder.post_id} {reminder.user_id} {reminder.target_time}"
    return blake2b(key.encode(), digest_size=13).hexdigest()
