"""Background work in order per key on a few greenlets that exist only while there is work.

A thousand users who connect at once cost a thousand queue entries, not a thousand greenlets.
"""

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import gevent

_LANES: Final = 8
_log = logging.getLogger("hubbub.realtime")


class Lanes:
    """Eight queues; jobs of one key always take the same one, one after another."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queues: list[deque[tuple[Callable[..., object], tuple[Any, ...]]]] = [deque() for _ in range(_LANES)]
        self._running = [False] * _LANES

    @property
    def waiting(self) -> int:
        """Return how many jobs have not begun."""
        return sum(len(queue) for queue in self._queues)

    def submit(self, key: str, job: Callable[..., object], *args: Any) -> None:
        """Have `job(*args)` run soon; a failure is logged and stops nothing else."""
        lane = hash(key) % _LANES
        self._queues[lane].append((job, args))
        if not self._running[lane]:
            self._running[lane] = True
            gevent.spawn_raw(self._run, lane)

    def _run(self, lane: int) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                job, args = queue.popleft()
                try:
                    job(*args)
                except Exception:
                    _log.exception("A job of %s failed.", self._name)
        finally:
            self._running[lane] = False
