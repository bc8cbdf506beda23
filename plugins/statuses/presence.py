"""From connections to statuses: who left goes offline, though their connection may be in another worker."""

from collections.abc import Iterable
from time import monotonic
from typing import Any, Final

import gevent

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import Unavailable
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.statuses.service import Statuses

CHECK_EVERY_S: Final = 1.0
ANSWERS_WITHIN_S: Final = 1.0
"""How long the other workers have to say whose connections they hold; their loops turn much faster."""
DND_EVERY_S: Final = 60.0
SWEEP_EVERY_S: Final = 300.0
FORGOTTEN_AFTER_MS: Final = 600_000
"""Idle for so long and connected nowhere: left behind by a worker that was killed, or by a client without socket."""
_BATCH: Final = 2_000


class Presence:
    """Watches who has no connection left. Lives in each worker; what they do at the same time is harmless."""

    def __init__(self, context: PluginContext, statuses: Statuses) -> None:
        self._context = context
        self._statuses = statuses
        self._left: dict[str, float] = {}
        self._answers: dict[str, set[str]] = {}
        context.on_broadcast("who_is_here", self._asked)
        context.on_broadcast("these_are_here", self._answered)
        context.on_broadcast("gone_offline", lambda users: self._still_here(users["users"]))
        context.tasks.every(CHECK_EVERY_S, self.check_left, "who has left")
        context.tasks.every(DND_EVERY_S, self.end_dnd, "end of do not disturb")
        context.tasks.every(SWEEP_EVERY_S, self.sweep, "forgotten statuses")

    def left(self, user_id: str) -> None:
        """Note that the user's last connection to this worker was closed."""
        self._left[user_id] = monotonic() + self._context.settings.OfflineAfterSeconds

    def returned(self, user_id: str) -> None:
        """Note that the user is connected (again)."""
        self._left.pop(user_id, None)
        self._statuses.connected(user_id)

    def check_left(self) -> None:
        """Set offline those who left and did not come back to any worker in time."""
        now = monotonic()
        due = [user_id for user_id, at in self._left.items() if at <= now]
        for user_id in due:
            del self._left[user_id]
        try:
            self._set_offline(due)
        except Unavailable:  # once more when the database is back
            self._left = {**dict.fromkeys(due, now), **self._left}
            raise

    def sweep(self) -> None:
        """Set offline those who are shown as online but connected nowhere and idle for long."""
        after = ""
        while users := self._statuses.store.forgotten(now_ms() - FORGOTTEN_AFTER_MS, after, _BATCH):
            self._set_offline(users)
            after = users[-1]

    def end_dnd(self) -> None:
        """Let "do not disturb" end; whoever is gone meanwhile goes offline."""
        for user_id in self._statuses.end_dnd():
            self.left(user_id)

    def _set_offline(self, user_ids: Iterable[str]) -> None:
        absent = self._connected_nowhere(user_ids)
        if not absent or not self._statuses.enabled:
            return
        gone = self._statuses.set_offline(absent)
        # Whoever connected in this very moment, here or elsewhere, is put back.
        self._context.broadcast("gone_offline", {"users": gone})
        self._still_here(gone)

    def _still_here(self, user_ids: Iterable[str]) -> None:
        for user_id in user_ids:
            if self._context.hub.is_connected(user_id):
                self._statuses.set_online(user_id)

    def _connected_nowhere(self, user_ids: Iterable[str]) -> list[str]:
        is_connected = self._context.hub.is_connected
        absent = [user_id for user_id in user_ids if not is_connected(user_id)]
        if not absent:
            return []
        question = new_id()
        elsewhere = self._answers[question] = set()
        try:
            self._context.broadcast("who_is_here", {"question": question, "users": absent})
            gevent.sleep(ANSWERS_WITHIN_S)
        finally:
            del self._answers[question]
        return [user_id for user_id in absent if user_id not in elsewhere and not is_connected(user_id)]

    def _asked(self, message: Any) -> None:
        here = [user_id for user_id in message["users"] if self._context.hub.is_connected(user_id)]
        if here:
            self._context.broadcast("these_are_here", {"question": message["question"], "users": here})

    def _answered(self, message: Any) -> None:
        waiting = self._answers.get(message["question"])
        if waiting is not None:
            waiting.update(message["users"])
