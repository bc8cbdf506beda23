"""What waits to be sent: bounded, in order for each person, and never in the way of those who post."""

from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any, Final, NamedTuple
from zlib import crc32

import gevent
from gevent.event import Event

from hubbub.core.contracts.plugin import PluginContext

LANES: Final = 8
"""Requests to the proxy at a time, in each worker."""
BEHIND: Final = 20
"""So many times the buffer may wait to be put into words; beyond that nothing more is taken."""
STOP_S: Final = 3.0


class Parcel(NamedTuple):
    """One thing to send. Those with the same key go one after the other; `born` is monotonic (s)."""

    key: str
    send: Callable[["Parcel"], None]
    content: Any
    born: float


Prepare = Callable[[], Iterable[Parcel]]


class Outbox:
    """Two stages: what is taken in is prepared by one greenlet, then sent by eight.

    The first stage costs who calls nothing but an append. The second holds `limit()` parcels; when it is full (the
    proxy is slow) the preparing greenlet waits, and in the end what comes is dropped and counted.
    """

    def __init__(self, context: PluginContext, limit: Callable[[], int]) -> None:
        self._context = context
        self._limit = limit
        self._taken: deque[tuple[int, Prepare]] = deque()
        self._taken_count = 0
        self._lanes: list[deque[Parcel]] = [deque() for _ in range(LANES)]
        self._busy = [False] * LANES
        self._is_preparing = False
        self._ready = 0
        self._room = Event()
        self._told_full = 0.0
        self.stopping = Event()
        metrics = context.metrics
        self._dropped = metrics.counter("hubbub_push_dropped_total", "Pushes given up because too many waited.")
        metrics.gauge("hubbub_push_queue", "Pushes that wait to be sent.", lambda: self.waiting)

    @property
    def waiting(self) -> int:
        """How many notifications wait to be put into words, and parcels to be sent."""
        return self._taken_count + self._ready

    @property
    def is_idle(self) -> bool:
        """Say whether nothing waits and nothing is under way."""
        return not (self._taken or self._is_preparing or any(self._busy))

    def offer(self, count: int, prepare: Prepare) -> bool:
        """Take `prepare`, which makes the parcels of about `count` notifications; False when there is no room."""
        if self._taken_count + count > BEHIND * self._limit():
            self._dropped.inc(count)
            if monotonic() - self._told_full > 60:
                self._told_full = monotonic()
                self._context.log.warning("the push proxy is too slow: pushes are given up (%d wait)", self.waiting)
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
                    for parcel in prepare():
                        self._put(parcel)
                except Exception:
                    self._context.log.exception("pushes can't be made: %d people aren't told", count)
                finally:
                    self._taken_count -= count
                gevent.sleep(0)
        finally:
            self._is_preparing = False

    def _put(self, parcel: Parcel) -> None:
        while self._ready >= self._limit() and not self.stopping.is_set():
            self._room.clear()
            self._room.wait(1)
        number = crc32(parcel.key.encode()) % LANES
        self._lanes[number].append(parcel)
        self._ready += 1
        if not self._busy[number]:
            self._busy[number] = True
            gevent.spawn(self._send, number)

    def _send(self, number: int) -> None:
        lane = self._lanes[number]
        try:
            while lane:
                parcel = lane.popleft()
                self._ready -= 1
                self._room.set()
                try:
                    parcel.send(parcel)
                except Exception:
                    self._context.log.exception("a push can't be sent")
        finally:
            self._busy[number] = False

    def stop(self) -> None:
        """Give what waits a moment to get out; what is left is lost."""
        deadline = monotonic() + STOP_S
        while not self.is_idle and monotonic() < deadline:
            gevent.sleep(0.02)
        self.stopping.set()
        if lost := self.waiting:
            self._context.log.warning("%d pushes weren't sent before the server stopped", lost)
        self._taken.clear()
        for lane in self._lanes:
            lane.clear()
        self._taken_count = self._ready = 0
