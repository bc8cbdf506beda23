"""What waits to be sent: bounded, in order for each person, kept in a table, and never in the way of those who post."""

from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final
from zlib import crc32

import gevent
from gevent.event import Event
from gevent.lock import BoundedSemaphore

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.push_notifications.keeper import BEHIND, Keeper
from hubbub.plugins.push_notifications.parcels import NotYet, Parcel

LANES: Final = 8
"""Requests to the proxy at a time, in each worker."""
STOP_S: Final = 3.0

Prepare = Callable[[], Iterable[Parcel]]


class Outbox:
    """Two stages: what is taken in is prepared and stored by one greenlet, then sent by eight.

    The first stage costs who calls nothing but an append. The second holds `limit()` parcels; what is more (the proxy
    is slow) is in the table alone, until there is room. In the end what comes is dropped and counted.
    """

    def __init__(self, context: PluginContext, keeper: Keeper, limit: Callable[[], int]) -> None:
        self._context = context
        self._keeper = keeper
        self._limit = limit
        self._taken: deque[tuple[int, Prepare]] = deque()
        self._taken_count = 0
        self._lanes: list[deque[Parcel]] = [deque() for _ in range(LANES)]
        self._on_way: dict[int, Parcel] = {}
        self._busy = [False] * LANES
        self._is_preparing = False
        self._is_filling = False
        self._ready = 0
        # Whatever goes into the table and comes out of it to this worker does so one after the other: else a push
        # could overtake one that was put there a moment before.
        self._order = BoundedSemaphore()
        self.stopping = Event()
        context.metrics.gauge("hubbub_push_queue", "Pushes that wait in a worker to be sent.", lambda: self.waiting)

    @property
    def waiting(self) -> int:
        """How many notifications wait to be put into words, and parcels to be sent from here."""
        return self._taken_count + self._ready

    @property
    def is_idle(self) -> bool:
        """Say whether nothing waits for this worker and nothing is under way."""
        at_work = self._is_preparing or self._is_filling or any(self._busy)
        return not (self._taken or at_work or self._keeper.is_behind or self._keeper.has_finished)

    def offer(self, count: int, prepare: Prepare) -> bool:
        """Take `prepare`, which makes the parcels of about `count` notifications; False when there is no room."""
        if self._taken_count + count > BEHIND * self._limit():
            self._keeper.dropped(count)
            return False
        self._taken.append((count, prepare))
        self._taken_count += count
        if not self._is_preparing:
            self._is_preparing = True
            gevent.spawn(self._prepare)
        return True

    def _prepare(self) -> None:
        try:
            while self._taken:
                count, prepare = self._taken.popleft()
                try:
                    self._put(list(prepare()))
                except Exception:
                    self._context.log.exception("pushes can't be made: %d people aren't told", count)
                finally:
                    self._taken_count -= count
                gevent.sleep(0)
        finally:
            self._is_preparing = False

    def _put(self, parcels: list[Parcel]) -> None:
        with self._order:
            room = 0 if self.stopping.is_set() else self._limit() - self._ready
            self._enqueue(self._keeper.keep(parcels, room))
        self._fill_soon()

    def _enqueue(self, parcels: Iterable[Parcel]) -> None:
        for parcel in parcels:
            number = crc32(parcel.key.encode()) % LANES
            self._lanes[number].append(parcel)
            self._ready += 1
            if not self._busy[number]:
                self._busy[number] = True
                gevent.spawn(self._send, number)

    def _send(self, number: int) -> None:
        lane = self._lanes[number]
        try:
            while lane and not self.stopping.is_set():
                parcel = lane.popleft()
                self._ready -= 1
                self._on_way[number] = parcel
                self._fill_soon()
                try:
                    parcel.send(parcel)
                    self._keeper.finished(parcel)
                except NotYet:
                    pass
                except Exception:
                    self._context.log.exception("a push can't be sent")
                    self._keeper.finished(parcel)
                finally:
                    del self._on_way[number]
        finally:
            self._busy[number] = False

    # --- the table ---

    def _fill_soon(self) -> None:
        if self._keeper.is_behind and not self._is_filling and 2 * self._ready <= self._limit():
            self._is_filling = True
            gevent.spawn(self._fill)

    def _fill(self) -> None:
        try:
            with self._order:
                if not self.stopping.is_set() and (room := self._limit() - self._ready) > 0:
                    self._enqueue(self._keeper.take(room))
        except Exception:
            self._context.log.exception("pushes that wait can't be read")
        finally:
            self._is_filling = False

    def run(self) -> None:
        """Keep what is here, take what others left behind, forget what is old. Called every few seconds."""
        if not self._keeper.renew():
            for lane in self._lanes:
                lane.clear()
            self._ready = 0
        if self._keeper.tidy() and not self._is_filling:
            self._is_filling = True
            self._fill()

    def may_send(self, parcel: Parcel) -> bool:
        """Say whether a parcel may still be sent from here, now."""
        return not self.stopping.is_set() and self._keeper.holds(parcel)

    def stop(self) -> None:
        """Finish what is on its way; the rest stays in the table for the next worker."""
        self.stopping.set()
        deadline = monotonic() + STOP_S
        while (self._is_preparing or any(self._busy)) and monotonic() < deadline:
            gevent.sleep(0.02)
        if self._taken_count:
            self._context.log.warning("%d pushes weren't stored before the server stopped", self._taken_count)
        self._keeper.leave([parcel.id for parcel in self._on_way.values() if parcel.id])
        self._taken.clear()
        for lane in self._lanes:
            lane.clear()
        self._taken_count = self._ready = 0
