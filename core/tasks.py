"""The one runner of background work: queued calls on greenlets, periodic calls, and threads for heavy computing."""

import logging
import os
import random
import sys
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any, Final, TypeVar

import gevent
from gevent.event import Event
from gevent.threadpool import ThreadPool

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.metrics import CounterChild, Metrics

R = TypeVar("R")
QUEUE_SIZE: Final = 10_000
GREENLETS: Final = 32
# More than a few seconds of password hashes in line help nobody.
THREAD_QUEUE_SIZE: Final = 256
_JITTER: Final = 0.1
_log = logging.getLogger("hubbub.tasks")


class QueueFull(Unavailable):
    """So much heavy work is in line that a caller would wait for too long."""

    id = "app.tasks.queue_full.app_error"
    message = "The server is too busy right now. Please try again in a moment."


class Periodic:
    """A call that repeats until `cancel()`."""

    def __init__(self, seconds: float, run: Callable[[], object], name: str, owner: str) -> None:
        self.seconds = seconds
        self.run = run
        self.name = name
        self.owner = owner
        self.cancelled = False
        self._wake: Event | None = None

    def cancel(self) -> None:
        """Stop repeating; a call under way finishes."""
        self.cancelled = True
        if self._wake is not None:
            self._wake.set()

    def start(self, failed: Callable[[str, str], None]) -> None:
        """Begin to repeat; the first call comes after a random part of the period, so that workers spread out."""
        if not self.cancelled:
            self._wake = Event()
            gevent.spawn(self._loop, self._wake, failed)

    def _loop(self, wake: Event, failed: Callable[[str, str], None]) -> None:
        pause = self.seconds * random.random()  # nosec B311  # spreads workers
        while not wake.wait(pause) and not self.cancelled:
            try:
                self.run()
            except (Exception, gevent.Timeout):
                failed(self.owner, self.name)
            pause = self.seconds * (1 + _JITTER * (2 * random.random() - 1))  # nosec B311  # spreads workers


class Tasks:
    """Background work of one worker, with limits, counts, and failures logged by their owner."""

    def __init__(
        self, metrics: Metrics | None = None, *, queue_size: int = QUEUE_SIZE, greenlets: int = GREENLETS
    ) -> None:
        metrics = metrics or Metrics()
        self._queue: deque[tuple[str, Callable[..., object], tuple[Any, ...]]] = deque()
        self._queue_size = queue_size
        self._room: Event | None = None
        self._greenlets = greenlets
        self._running = 0
        self._idle: Event | None = None
        self._periodic: list[Periodic] = []
        self._started = False
        self._threads: ThreadPool | None = None
        self._thread_waiting = 0
        self._done = metrics.counter("hubbub_tasks_done_total", "Background calls that finished.", ("owner",))
        self._failed = metrics.counter("hubbub_tasks_failed_total", "Background calls that raised.", ("owner",))
        self._dropped = metrics.counter("hubbub_tasks_dropped_total", "Background calls given up.", ("owner",))
        metrics.gauge("hubbub_tasks_queued", "Background calls in line.", lambda: len(self._queue))
        metrics.gauge(
            "hubbub_tasks_threads_waiting", "Calls in line or at work in threads.", lambda: self._thread_waiting
        )

    def owned_by(self, owner: str) -> "OwnedTasks":
        """Return the same runner with failures and counts under `owner` (a plugin's id)."""
        return OwnedTasks(self, owner)

    def start(self) -> None:
        """Begin with the periodic calls (after the fork)."""
        if not self._started:
            self._started = True
            for periodic in self._periodic:
                periodic.start(self._report)

    def submit(self, fn: Callable[..., object], *args: object, droppable: bool = False, owner: str = "") -> bool:
        """Call `fn(*args)` soon on a background greenlet, in the order of submission; say whether it was taken.

        When the queue is full, a `droppable` call is given up (counted), any other waits for room.
        """
        owner = owner or fn.__module__
        while len(self._queue) >= self._queue_size:
            if droppable:
                self._drop(owner, 1)
                return False
            if self._room is None:
                self._room = Event()
            self._room.wait()
        self._queue.append((owner, fn, args))
        if self._running < self._greenlets:
            self._running += 1
            gevent.spawn(self._work)
        return True

    def _work(self) -> None:
        """Take calls until none is left; a worker greenlet lives only as long as there is something to do."""
        queue = self._queue
        children: dict[str, CounterChild] = {}
        try:
            while queue:
                owner, fn, args = queue.popleft()
                if self._room is not None:
                    self._room.set()
                    self._room = None
                done = children.get(owner)
                if done is None:
                    done = children[owner] = self._done.labels(owner)
                try:
                    fn(*args)
                except (Exception, gevent.Timeout):
                    self._report(owner, getattr(fn, "__qualname__", repr(fn)))
                done.value += 1
        finally:
            self._running -= 1
            if self._idle is not None and not self._running:
                self._idle.set()

    def _report(self, owner: str, name: str) -> None:
        self._failed.labels(owner).inc()
        error = sys.exception()
        if isinstance(error, Unavailable):  # it says all there is to say, again and again until it works
            why = f"{error} {error.detailed_error}".rstrip()
            _log.warning("a background call of %s failed: %s", owner, why, extra={"owner": owner, "call": name})
            return
        _log.exception("a background call of %s failed", owner, extra={"owner": owner, "call": name})

    def _drop(self, owner: str, count: int) -> None:
        child = self._dropped.labels(owner)
        child.inc(count)
        if child.value == count or child.value % 1000 == 0:
            _log.warning("the background queue is full: calls of %s are dropped", owner, extra={"owner": owner})

    def every(self, seconds: float, fn: Callable[[], object], name: str, *, owner: str = "") -> Periodic:
        """Call `fn()` every `seconds` (give or take a tenth) once the app has started; calls never overlap."""
        periodic = Periodic(seconds, fn, name, owner or fn.__module__)
        self._periodic.append(periodic)
        if self._started:
            periodic.start(self._report)
        return periodic

    def run_in_thread(self, fn: Callable[..., R], *args: object) -> R:
        """Return `fn(*args)`, computed in a thread while other greenlets go on. It must not touch gevent or the db.

        Raises `QueueFull` when too many calls are in line already.
        """
        if self._thread_waiting >= THREAD_QUEUE_SIZE:
            raise QueueFull
        if self._threads is None:
            self._threads = ThreadPool(max(2, min(4, os.cpu_count() or 2)))
        self._thread_waiting += 1
        try:
            result: R = self._threads.apply(fn, args)
        finally:
            self._thread_waiting -= 1
        return result

    def cancel_owned_by(self, owner: str) -> None:
        """End the periodic calls of `owner` (a plugin that is turned off)."""
        for periodic in self._periodic:
            if periodic.owner == owner:
                periodic.cancel()
        self._periodic = [periodic for periodic in self._periodic if not periodic.cancelled]

    def drain(self, timeout: float) -> bool:
        """Wait until nothing is queued or running, at most `timeout` seconds; say whether that is so."""
        deadline = monotonic() + timeout
        while self._running or self._queue:
            if self._idle is None or self._idle.is_set():
                self._idle = Event()
            if not self._idle.wait(max(0.0, deadline - monotonic())):
                return False
        return True

    def stop(self, timeout: float = 5.0) -> None:
        """End the periodic calls and finish what is queued; what is left after `timeout` seconds is given up."""
        for periodic in self._periodic:
            periodic.cancel()
        self._periodic.clear()
        self._started = False
        if not self.drain(timeout):
            left = len(self._queue)
            self._queue.clear()
            _log.warning("stopped with background calls unfinished", extra={"queued": left, "running": self._running})
        if self._threads is not None and not self._thread_waiting:
            self._threads.kill()
            self._threads = None


class OwnedTasks:
    """`Tasks` as one plugin sees it."""

    def __init__(self, tasks: Tasks, owner: str) -> None:
        self._tasks = tasks
        self._owner = owner

    def submit(self, fn: Callable[..., object], *args: object, droppable: bool = False) -> bool:
        """See `Tasks.submit`."""
        return self._tasks.submit(fn, *args, droppable=droppable, owner=self._owner)

    def every(self, seconds: float, fn: Callable[[], object], name: str) -> Periodic:
        """See `Tasks.every`."""
        return self._tasks.every(seconds, fn, name, owner=self._owner)

    def run_in_thread(self, fn: Callable[..., R], *args: object) -> R:
        """See `Tasks.run_in_thread`."""
        return self._tasks.run_in_thread(fn, *args)

    def cancel_all(self) -> None:
        """End this plugin's periodic calls."""
        self._tasks.cancel_owned_by(self._owner)
