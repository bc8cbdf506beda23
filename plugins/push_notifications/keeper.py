"""Keeps parcels in the table until they are sent, so that neither a restart nor a killed worker loses one."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final

import gevent

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.push_notifications.parcels import Parcel
from hubbub.plugins.push_notifications.proxy import TIMEOUT_S
from hubbub.plugins.push_notifications.store import PushStore, QueuedRow

LEASE_MS: Final = 90_000
"""How long a worker has what it took without a sign of life. After a kill -9, what it had waits that long."""
MARGIN_MS: Final = int(TIMEOUT_S * 1_000) + 1_000
"""So long before the end of its lease a worker begins no request any more."""
TOO_OLD_MS: Final = 3_600_000
"""A push that waited for so long is not sent any more: it would only disturb."""
BEHIND: Final = 20
"""So many times the buffer may wait in the table, and as many to be put into words; then nothing more is taken."""
TAKEN_AT_MOST: Final = 5
"""A push that so many workers took, none of which came to an end with it, may be what ended them."""
FINISHED_AT_ONCE: Final = 100
FLUSH_S: Final = 0.1
TELL_EVERY_S: Final = 60.0

Unpack = Callable[[QueuedRow, str], Parcel]


class Keeper:
    """One per worker: stores its parcels under its own mark, and lengthens the lease of that as long as it lives."""

    def __init__(self, context: PluginContext, store: PushStore, unpack: Unpack, limit: Callable[[], int]) -> None:
        self._context = context
        self._store = store
        self._unpack = unpack
        self._limit = limit
        self._mark = new_id()
        self._lease_ends = now_ms() + LEASE_MS
        self._stored = 0
        self._finished: dict[str, list[str]] = {}
        self._is_flushing = False
        self._told_full = 0.0
        self.is_behind = False
        metrics = context.metrics
        self._dropped = metrics.counter("hubbub_push_dropped_total", "Pushes given up because too many waited.")
        metrics.gauge(
            "hubbub_push_stored", "Pushes in the table, as last counted.", lambda: self._stored, combine="max"
        )

    @property
    def has_finished(self) -> bool:
        """Say whether rows of what was sent are still to be removed."""
        return bool(self._finished)

    def dropped(self, count: int) -> None:
        """Count what there is no room for, and say so once a minute."""
        self._dropped.inc(count)
        if monotonic() - self._told_full > TELL_EVERY_S:
            self._told_full = monotonic()
            self._context.log.warning("the push proxy is too slow: pushes are given up (%d wait)", self._stored)

    def keep(self, parcels: Sequence[Parcel], room: int) -> list[Parcel]:
        """Store parcels, by one statement; return those to send from here: all, or none when there is no room.

        What waits for room is before what comes later, so from then on everything waits until `take` got it all.
        """
        passing = [parcel for parcel in parcels if not parcel.id]
        kept = [parcel for parcel in parcels if parcel.id]
        if self._stored + len(kept) > BEHIND * self._limit():
            self.dropped(len(kept))
            return passing
        here = not self.is_behind and len(parcels) <= room
        now = now_ms()
        mark, next_at = (self._mark, now + LEASE_MS) if here else ("", now)
        if kept:
            self._store.insert([(one.id, one.born, one.content) for one in kept], mark, next_at)
            self._stored += len(kept)
            self.is_behind = not here
        return [*passing, *(one._replace(claim=mark) for one in kept)] if here else passing[: max(0, room)]

    def take(self, room: int) -> list[Parcel]:
        """Take up to `room` parcels that wait in the table, whoever stored them."""
        now = now_ms()
        rows = self._store.claim(self._mark, now, now + LEASE_MS, room)
        self.is_behind = len(rows) == room
        parcels = []
        for row in rows:
            if row.content is None or row.attempts > TAKEN_AT_MOST:
                self._context.log.error("push %s can't be read, or ends whoever sends it: it is given up", row.id)
                self._finish(self._mark, row.id)
            else:
                parcels.append(self._unpack(row, self._mark))
        return parcels

    def holds(self, parcel: Parcel) -> bool:
        """Say whether nobody else can have a parcel before a request that begins now has ended."""
        return not parcel.id or (parcel.claim == self._mark and now_ms() + MARGIN_MS < self._lease_ends)

    def renew(self) -> bool:
        """Lengthen the lease; False when it has ended, so that others may have what was this worker's."""
        now = now_ms()
        held = now < self._lease_ends
        if held:
            self._store.rows.extend(self._mark, now + LEASE_MS)
        else:
            self._mark = new_id()
        self._lease_ends = now + LEASE_MS
        return held

    def tidy(self) -> int:
        """Remove what is done with or too old; return how much is left, of all workers."""
        self.flush()
        now = now_ms()
        if old := self._store.drop_old(now - TOO_OLD_MS, now):
            self._context.log.warning("%d pushes waited for an hour and are given up", old)
            self._dropped.inc(old)
        self._stored = self._store.rows.count()
        return self._stored

    def finished(self, parcel: Parcel) -> None:
        """Have the row of a parcel removed that is sent or given up."""
        if parcel.id:
            self._finish(parcel.claim, parcel.id)

    def _finish(self, mark: str, row_id: str) -> None:
        self._finished.setdefault(mark, []).append(row_id)
        if not self._is_flushing:
            self._is_flushing = True
            gevent.spawn(self._flush_soon)

    def _flush_soon(self) -> None:
        try:
            while self._finished:
                if sum(map(len, self._finished.values())) < FINISHED_AT_ONCE:
                    gevent.sleep(FLUSH_S)
                self.flush()
        except Exception:
            # `tidy` tries again; what is still there when the lease ends is sent twice.
            self._context.log.exception("pushes that were sent can't be removed from the table")
        finally:
            self._is_flushing = False

    def flush(self) -> None:
        """Remove the rows of what is done with."""
        for mark in list(self._finished):
            ids = list(self._finished.get(mark, ()))
            self._store.rows.delete(mark, ids)
            self._stored = max(0, self._stored - len(ids))
            left = [id for id in self._finished.pop(mark, ()) if id not in set(ids)]
            if left:
                self._finished[mark] = left

    def leave(self, on_way: Sequence[str]) -> None:
        """Give everything back except what is being sent: nobody knows yet whether that has arrived."""
        try:
            self.flush()
            self._store.rows.release(self._mark, 0, keeping=on_way)
        except Exception:
            self._context.log.exception("pushes can't be left to the next worker before the lease ends")
