"""Repeats the notifications of urgent messages until somebody answers, or they have been repeated often enough."""

from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.notifications import NotificationService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.plugins.post_priority.service import Priorities
from hubbub.plugins.post_priority.store import PriorityStore

BATCH: Final = 100
MINUTE_MS: Final = 60_000


class Repeating:
    """Called every few seconds in each worker; whichever takes a message tells people of it."""

    def __init__(self, context: PluginContext, store: PriorityStore, priorities: Priorities) -> None:
        self._context = context
        self._posts = context.service(PostService)
        self._notifications = context.service(NotificationService)
        self._store = store
        self._priorities = priorities

    def run(self) -> None:
        """Repeat what is due."""
        settings = self._context.config.ServiceSettings
        if not (settings.PostPriority and settings.AllowPersistentNotifications):
            return
        before = now_ms() - settings.PersistentNotificationIntervalMinutes * MINUTE_MS
        while due := self._store.due(before, BATCH):
            taken = []
            for post_id, last_sent_at, count in due:
                if count >= settings.PersistentNotificationMaxCount:
                    self._priorities.end(post_id)
                elif self._store.take(post_id, last_sent_at, now_ms()):
                    taken.append(post_id)
            if taken:
                posts = self._posts.get_many(taken)
                self._notifications.repeat(posts[post_id] for post_id in taken if post_id in posts)
            if len(due) < BATCH:
                return
