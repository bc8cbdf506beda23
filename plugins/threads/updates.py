"""`thread_updated`: told to followers in the order in which threads change, without anybody waiting for it."""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.threads import events
from hubbub.plugins.threads.records import Membership, Reply
from hubbub.plugins.threads.shown import ShownThreads
from hubbub.plugins.threads.store import MembershipStore

MAX_WAITING: Final = 10_000
"""Updates in line; beyond, the oldest are given up: clients ask anew when they come back."""


class Update(msgspec.Struct, kw_only=True):
    """A change of a thread: what its followers had `before`, what those to be told have `now`, and what replies."""

    root_id: str
    team_id: str
    before: Mapping[str, Membership]
    now: Mapping[str, Membership]
    added: Sequence[Reply] = ()
    removed: Sequence[Reply] = ()


class Updates:
    """Publishes updates one after the other, on one background greenlet at a time."""

    def __init__(self, context: PluginContext, store: MembershipStore, shown: ShownThreads) -> None:
        self._context = context
        self._store = store
        self._shown = shown
        self._waiting: deque[Update] = deque(maxlen=MAX_WAITING)
        self._is_running = False

    def send(self, update: Update) -> None:
        """Have an update told soon."""
        self._waiting.append(update)
        if not self._is_running:
            self._is_running = True
            self._context.tasks.submit(self._work)

    def send_later(self, update: Update) -> None:
        """Have it told after the commit of the open transaction."""
        self._context.db.after_commit(lambda: self.send(update))

    def _work(self) -> None:
        try:
            while self._waiting:
                update = self._waiting.popleft()
                try:
                    self._publish(update)
                except Exception:
                    self._context.log.exception("the followers of thread %s could not be told", update.root_id)
        finally:
            self._is_running = False

    def _publish(self, update: Update) -> None:
        thread = self._shown.of(update.root_id)
        if thread is None:
            return
        # Encoded once: for each follower only the numbers differ.
        thread.post = msgspec.Raw(json.encode(thread.post))
        thread.participants = msgspec.Raw(json.encode(thread.participants))
        earliest = min(
            min(row.last_viewed, update.before.get(user_id, row).last_viewed) for user_id, row in update.now.items()
        )
        now = self._store.replies_after(update.root_id, earliest)
        if update.added:  # what came after this update is told by the next
            last = max(reply.create_at for reply in update.added)
            now = [reply for reply in now if reply.create_at <= last]
        added = {reply.id for reply in update.added}
        before = [reply for reply in now if reply.id not in added] + list(update.removed)
        for user_id, row in update.now.items():
            old = update.before.get(user_id)
            previous = (old.unread_mentions, _unread(old, before)) if old is not None and old.following else (0, 0)
            thread.last_viewed_at = row.last_viewed
            thread.unread_mentions = row.unread_mentions
            thread.unread_replies = _unread(row, now)
            self._context.publish(events.thread_updated(user_id, update.team_id, thread, previous))


def _unread(row: Membership, replies: Sequence[Reply]) -> int:
    return sum(reply.create_at > row.last_viewed and reply.user_id != row.user_id for reply in replies)
