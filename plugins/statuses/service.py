"""The rules of presence: `StatusService`.

The database is the truth: it is changed first, then caches are cleared everywhere, then the user hears of it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.statuses import AWAY, DND, OFFLINE, ONLINE, OUT_OF_OFFICE, Status
from hubbub.plugins.statuses.auto_replies import AutoReplies
from hubbub.plugins.statuses.custom import CustomStatus, CustomStatuses
from hubbub.plugins.statuses.store import StatusStore

ACTIVITY_WRITTEN_EVERY_MS: Final = 120_000
"""Activity of somebody who is online is written at most this often."""
ACTIVE_CHANNEL_S: Final = 20.0
"""For how long a channel counts as looked at."""
TOLD_AGAIN_S: Final = 5.0
"""The other workers are told of the same channel again after so long: they forget it too."""
DND_STEP_S: Final = 60

Write = Callable[[str], None]


class Statuses:
    """Implements `StatusService`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.store = StatusStore(context.db)
        self.auto_replies = AutoReplies(context, self)
        self._statuses = context.cache("statuses", max_items=50_000)
        self._active = context.cache("active_channels", max_items=20_000, ttl_s=ACTIVE_CHANNEL_S)
        self._told = context.cache("active_channels_told", max_items=20_000, ttl_s=TOLD_AGAIN_S)
        self.custom = CustomStatuses(context)
        self._under_way: set[tuple[str, str]] = set()
        context.on_broadcast("active_channel", lambda seen: self._active.set(seen["user_id"], seen["channel_id"]))

    @property
    def enabled(self) -> bool:
        """Say whether there are statuses at all (ServiceSettings.EnableUserStatuses)."""
        return bool(self._context.config.ServiceSettings.EnableUserStatuses)

    # --- reading ---

    def get(self, user_id: str) -> Status:
        """See `StatusService.get`."""
        status = self.get_many([user_id])[user_id]
        channel_id: str | None = self._active.get(user_id)
        return msgspec.structs.replace(status, active_channel=channel_id) if channel_id else status

    def get_many(self, user_ids: Iterable[str]) -> dict[str, Status]:
        """See `StatusService.get_many`."""
        if not self.enabled:
            return {user_id: Status(user_id=user_id) for user_id in user_ids}
        return self._statuses.get_many(user_ids, self._load)

    def _load(self, user_ids: list[str]) -> Mapping[str, Status]:
        stored = self.store.get_many(user_ids)
        return {user_id: stored.get(user_id) or Status(user_id=user_id) for user_id in user_ids}

    def active_channels(self, user_ids: Iterable[str]) -> dict[str, str]:
        """See `StatusService.active_channels`."""
        seen = ((user_id, self._active.get(user_id)) for user_id in user_ids)
        return {user_id: channel_id for user_id, channel_id in seen if channel_id}

    # --- what users choose ---

    def set_custom(self, user_id: str, *, emoji: str, text: str) -> None:
        """See `StatusService.set_custom`."""
        self.custom.set(user_id, CustomStatus(emoji=emoji, text=text))

    def unset_custom(self, user_id: str) -> None:
        """See `StatusService.unset_custom`."""
        self.custom.unset(user_id)

    def set_manual(self, user_id: str, status: str, *, dnd_end_time: int = 0) -> Status:
        """See `StatusService.set_manual`. Online is never kept as a choice: activity decides from then on."""
        if not self.enabled:
            return Status(user_id=user_id)
        if status != OUT_OF_OFFICE:
            self.auto_replies.turn_off(user_id)
        end = dnd_end_time - dnd_end_time % DND_STEP_S if status == DND else 0
        last_activity_at = now_ms() if status == ONLINE else self.get(user_id).last_activity_at
        chosen = Status(
            user_id=user_id,
            status=status,
            manual=status != ONLINE,
            last_activity_at=last_activity_at,
            dnd_end_time=end,
        )
        self.store.save_manual(chosen)
        return self.changed(user_id)

    # --- what activity says ---

    def set_online(self, user_id: str, *, manual: bool = False) -> None:
        """See `StatusService.set_online`. Never blocks unless `manual`: a background greenlet writes."""
        if manual:
            current = self.get(user_id)
            if current.manual or current.status != ONLINE:
                self.set_manual(user_id, ONLINE)
                return
        self._note_activity(user_id, droppable=True)

    def connected(self, user_id: str) -> None:
        """Note that the user has just connected; unlike other activity it does not come again soon, so it may wait."""
        self._note_activity(user_id, droppable=False)

    def _note_activity(self, user_id: str, *, droppable: bool) -> None:
        # PERF: called for every post; somebody who is online and was noted lately costs two look-ups.
        status: Status | None = self._statuses.get(user_id)
        if status is not None and (
            status.manual
            or (status.status == ONLINE and now_ms() - status.last_activity_at < ACTIVITY_WRITTEN_EVERY_MS)
        ):
            return
        self._soon(self._go_online, user_id, droppable=droppable)

    def _soon(self, write: Write, user_id: str, *, droppable: bool) -> None:
        """Have `write(user_id)` called in the background, unless the same is under way for the user."""
        key = (write.__name__, user_id)
        if key in self._under_way or not self.enabled:
            return
        self._under_way.add(key)
        if not self._context.tasks.submit(self._run, write, user_id, droppable=droppable):
            self._under_way.discard(key)

    def _run(self, write: Write, user_id: str) -> None:
        try:
            write(user_id)
        finally:
            self._under_way.discard((write.__name__, user_id))

    def _go_online(self, user_id: str) -> None:
        now = now_ms()
        status = self.get_many([user_id])[user_id]
        if status.status == ONLINE and self.store.touch(user_id, now):
            self._statuses.set(user_id, msgspec.structs.replace(status, last_activity_at=now))
        elif not status.manual:
            self.store.set_online(user_id, now)
            self.changed(user_id)

    def set_away_if_idle(self, user_id: str) -> None:
        """See `StatusService.set_away_if_idle`. Never blocks."""
        status: Status | None = self._statuses.get(user_id)
        if status is None or self._is_idle(status):
            self._soon(self._go_away, user_id, droppable=True)

    def still_connected(self, user_id: str) -> None:
        """Note that a client is there, used or not: away when idle, never offline unless the user chose that."""
        status: Status | None = self._statuses.get(user_id)
        if status is not None and status.status == OFFLINE and not status.manual:
            self._soon(self._go_online, user_id, droppable=True)
        else:
            self.set_away_if_idle(user_id)

    def _idle_since(self) -> int:
        return now_ms() - 1000 * int(self._context.config.TeamSettings.UserStatusAwayTimeout)

    def _is_idle(self, status: Status) -> bool:
        return status.status == ONLINE and not status.manual and status.last_activity_at <= self._idle_since()

    def _go_away(self, user_id: str) -> None:
        status = self.get_many([user_id])[user_id]
        if not self._is_idle(status):
            return
        if self.store.set_away(user_id, self._idle_since()):
            self.changed(user_id)
        else:  # active in another worker: what was cached here is old
            self._statuses.invalidate(user_id)

    def set_active_channel(self, user_id: str, channel_id: str) -> None:
        """See `StatusService.set_active_channel`. Kept for 20 s, in memory only."""
        if not self.enabled:
            return
        if self._told.get(user_id) != channel_id:
            self._context.broadcast("active_channel", {"user_id": user_id, "channel_id": channel_id})
            self._told.set(user_id, channel_id)
        self._active.set(user_id, channel_id)
        if channel_id:
            self.set_online(user_id)

    def set_offline(self, user_ids: Iterable[str]) -> list[str]:
        """Set offline those who are online or away by themselves; return them."""
        gone = self.store.set_offline(user_ids)
        for user_id in gone:
            self._statuses.invalidate(user_id)
        return gone

    def end_dnd(self) -> list[str]:
        """Let every "do not disturb" end whose time has come; return the users whose status this call changed."""
        ended = []
        for user_id, before, end in self.store.ended_dnd(now_ms() // 1000):
            back_to = before if before in (ONLINE, AWAY) else OFFLINE
            if self.store.end_dnd(user_id, end, back_to):
                self.changed(user_id)
                ended.append(user_id)
        return ended

    def changed(self, user_id: str) -> Status:
        """Forget what is cached in every worker and tell the user (only them) the status as it is stored now."""
        self._statuses.invalidate(user_id)
        status = self.get_many([user_id])[user_id]
        if self._context.health.check("load"):  # not while the server is marked as busy
            self._context.publish(
                Event(
                    name="status_change",
                    data={"status": status.status, "user_id": user_id},
                    broadcast=Broadcast(user_id=user_id),
                )
            )
        return status
