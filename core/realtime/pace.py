"""Spread a reconnect storm: handshakes at a bounded rate, so that those who are connected are served too."""

from time import monotonic
from typing import Final

import gevent
from gevent.lock import BoundedSemaphore

from hubbub.core.realtime.errors import TooManyUpgrades

_BURST_SECONDS: Final = 0.25
_AT_A_TIME: Final = 64


class Pacer:
    """At most `per_second` handshakes, with a burst of a quarter second's worth, and 64 at a time.

    `limit` of them may wait. Use it as a context: entering it waits, or raises `TooManyUpgrades`.
    """

    def __init__(self, per_second: int, limit: int) -> None:
        self._step = 1.0 / per_second
        self._limit = limit
        self._next = 0.0
        self.waiting = 0
        self._at_work = BoundedSemaphore(_AT_A_TIME)

    def __enter__(self) -> None:
        self.wait()
        self.waiting += 1
        try:
            self._at_work.acquire()
        finally:
            self.waiting -= 1

    def __exit__(self, *_error: object) -> None:
        self._at_work.release()

    def wait(self) -> None:
        """Return when it is this caller's turn. Raises `TooManyUpgrades` when too many wait already."""
        now = monotonic()
        turn = max(self._next, now - _BURST_SECONDS)
        if (turn > now or self._at_work.locked()) and self.waiting >= self._limit:
            raise TooManyUpgrades
        self._next = turn + self._step
        if turn <= now:
            return
        self.waiting += 1
        try:
            gevent.sleep(turn - now)
        finally:
            self.waiting -= 1
