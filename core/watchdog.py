"""Log what holds the loop for longer than it may, with the stack of the culprit.

A real thread looks every 40 ms whether the loop has turned since: nothing is added to the loop itself. It never
logs or touches gevent; what it saw is logged by the loop once it turns again, so that the duration is known.
"""

import logging
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import gevent
from gevent import monkey
from gevent.hub import Hub

from hubbub.core.metrics import Metrics

THRESHOLD_S: Final = 0.05
_LOOK_EVERY_S: Final = 0.04
_SAME_PLACE_EVERY_S: Final = 10.0
_MAX_FRAMES: Final = 30
_log = logging.getLogger("hubbub.watchdog")


class _Block:
    """One stretch in which the loop did not turn."""

    __slots__ = ("place", "seconds", "stack", "turn")

    def __init__(self, turn: float, frame: FrameType) -> None:
        self.turn = turn
        self.seconds = 0.0
        self.place = (frame.f_code, frame.f_lineno)
        # Only names and line numbers now: reading source files would hold the GIL longer than it must.
        self.stack = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=_MAX_FRAMES, lookup_lines=False)


class Watchdog:
    """Watches the loop of the thread that calls `start`."""

    def __init__(self, metrics: Metrics | None = None, *, threshold_s: float = THRESHOLD_S) -> None:
        self._threshold = threshold_s
        self._seen: deque[_Block] = deque(maxlen=16)
        self._logged: dict[Any, float] = {}
        self._running = False
        self._blocked = (metrics or Metrics()).histogram(
            "hubbub_loop_blocked_seconds",
            "Times the loop did not turn for longer than it may.",
            (0.1, 0.25, 0.5, 1, 2.5),
        )

    def start(self) -> None:
        """Begin to watch (after the fork)."""
        if self._running:
            return
        self._running = True
        loop = gevent.get_hub().loop
        self._tell = loop.async_()
        self._tell.start(self._log_seen)
        # Originals: the patched ones would give us a greenlet, and its id.
        get_ident: Callable[[], int] = monkey.get_original("_thread", "get_ident")
        start_thread: Callable[..., int] = monkey.get_original("_thread", "start_new_thread")
        start_thread(self._watch, (loop, get_ident()))

    def stop(self) -> None:
        """End the watching."""
        if self._running:
            self._running = False
            self._tell.stop()
            self._tell.close()

    def _watch(self, loop: Any, thread: int) -> None:
        sleep = monkey.get_original("time", "sleep")
        idle = Hub.run.__code__
        current: _Block | None = None
        while self._running:
            sleep(_LOOK_EVERY_S)
            frame = sys._current_frames().get(thread)
            if frame is None:
                return
            # Idle means: the innermost Python frame is the hub's, waiting in the poll. `now()` is the loop's own time
            # of its last turn, so that no counter is needed in the loop.
            turn = loop.now()
            lasted = time.time() - turn
            if current is not None and turn != current.turn:
                self._report(current)
                current = None
            if frame.f_code is idle or lasted < self._threshold:
                continue
            if current is None:
                current = _Block(turn, frame)
            current.seconds = lasted
            del frame

    def _report(self, block: _Block) -> None:
        self._seen.append(block)
        if self._running:
            self._tell.send()

    def _log_seen(self) -> None:
        while self._seen:
            block = self._seen.popleft()
            self._blocked.observe(block.seconds)
            now = time.monotonic()
            if now - self._logged.get(block.place, -_SAME_PLACE_EVERY_S) < _SAME_PLACE_EVERY_S:
                continue
            if len(self._logged) > 100:
                self._logged.clear()
            self._logged[block.place] = now
            stack = "".join(reversed(block.stack.format()))
            _log.warning(
                "the loop was blocked for %d ms or more", block.seconds * 1000, extra={"stack_trace": stack[-4000:]}
            )
