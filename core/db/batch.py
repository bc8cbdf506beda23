"""Group commit: concurrent small writes share one transaction, and nobody is answered before it is stored."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, Final, Generic, TypeVar

import gevent
from gevent import get_hub
from gevent._waiter import Waiter  # the primitive under gevent's own events; stable since 1.0

from hubbub.core.contracts.errors import Unavailable
from hubbub.core.db import errors
from hubbub.core.db.database import Database

Item = TypeVar("Item")
Result = TypeVar("Result")
_log: Final = logging.getLogger("hubbub.db")
_NOT_ALONE: Final = (errors.StoreUnavailable, errors.StoreFull, errors.StoreReadOnly, errors.PoolExhausted)


class QueueFull(Unavailable):
    """More writes wait than the writer's queue holds."""

    id = "store.sql.queue_full.app_error"
    message = "Too many changes wait to be stored. Please try again in a moment."


class _Entry(Generic[Item]):
    __slots__ = ("error", "given_up", "item", "result", "waiter")

    def __init__(self, item: Item, waiter: Any) -> None:
        self.item = item
        self.waiter = waiter
        self.given_up = False
        self.result: Any = None
        self.error: BaseException | None = None


class BatchWriter(Generic[Item, Result]):
    """Store items that many greenlets submit at once, each batch in one transaction.

    `write_batch(items)` writes them inside that transaction and returns one result per item, in order. When a batch
    fails its items are tried one by one, so that a bad one fails alone; `write_batch` must be fit for that.
    `max_queue` bounds how many wait.
    """

    def __init__(
        self,
        db: Database,
        write_batch: Callable[[list[Item]], Sequence[Result]],
        max_batch: int = 256,
        max_queue: int = 10_000,
    ) -> None:
        self._db = db
        self._write_batch = write_batch
        self._max_batch = max_batch
        self._max_queue = max_queue
        self._queue: deque[_Entry[Item]] = deque()
        self._is_running = False

    def __len__(self) -> int:
        """Return how many items wait."""
        return len(self._queue)

    def submit(self, item: Item) -> Result:
        """Store `item` and return its result after the commit.

        Raises what `write_batch` or the database raised for this item, `QueueFull`. Inside an open transaction the
        item is written there at once. A greenlet that is killed while it waits takes its item back unless it is
        being written already.
        """
        if self._db.in_transaction:
            return self._write_batch([item])[0]
        if len(self._queue) >= self._max_queue:
            raise QueueFull(detailed_error=f"{self._max_queue} items wait")
        entry = _Entry(item, Waiter())
        self._queue.append(entry)
        if not self._is_running:
            self._is_running = True
            gevent.spawn(self._work)
        try:
            entry.waiter.get()
        except BaseException:
            entry.given_up = True
            raise
        if entry.error is not None:
            raise entry.error
        result: Result = entry.result
        return result

    def _work(self) -> None:
        """Write until nothing waits; yield once before each batch so that whoever is about to submit can join."""
        batch: list[_Entry[Item]] = []
        try:
            while self._queue:
                gevent.sleep(0)
                batch = self._next_batch()
                if batch:
                    self._write(batch)
        except BaseException as error:  # killed: nobody may wait for ever
            lost = [entry for entry in [*batch, *self._queue] if entry.waiter is not None]
            self._queue.clear()
            self._fail(lost, errors.StoreUnavailable(detailed_error=f"the writer was stopped: {error!r}"))
            raise
        finally:
            self._is_running = False

    def _next_batch(self) -> list[_Entry[Item]]:
        queue = self._queue
        batch: list[_Entry[Item]] = []
        while queue and len(batch) < self._max_batch:
            entry = queue.popleft()
            if not entry.given_up:
                batch.append(entry)
        return batch

    def _write(self, batch: list[_Entry[Item]]) -> None:
        try:
            self._store(batch)
        except errors.CommitUnknown as error:
            self._fail(batch, error)  # it may be stored: writing again could store it twice
        except (errors.ConnectionLost, errors.SerializationFailed) as error:
            self._again([batch], error)
        except Exception as error:
            if len(batch) == 1 or isinstance(error, _NOT_ALONE):
                self._fail(batch, error)
            else:
                self._again([[entry] for entry in batch], error)

    def _again(self, parts: list[list[_Entry[Item]]], first: Exception) -> None:
        """Write each of `parts` in a transaction of its own, after all in one have failed."""
        if len(parts) > 1:
            _log.warning("a batch of %d failed, its items are written one by one: %r", len(parts), first)
        for part in parts:
            try:
                self._store(part)
            except Exception as error:
                self._fail(part, error)

    def _store(self, batch: list[_Entry[Item]]) -> None:
        with self._db.transaction():
            # First of the callbacks: the answers are on their way before those that write_batch registers run.
            self._db.after_commit(lambda: self._wake(batch))
            results = self._write_batch([entry.item for entry in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"write_batch returned {len(results)} results for {len(batch)} items")
            for entry, result in zip(batch, results, strict=True):
                entry.result = result

    def _fail(self, batch: list[_Entry[Item]], error: BaseException) -> None:
        for entry in batch:
            entry.error = _copy(error)
        self._wake(batch)

    def _wake(self, batch: list[_Entry[Item]]) -> None:
        get_hub().loop.run_callback(_switch_all, [entry.waiter for entry in batch])
        for entry in batch:
            entry.waiter = None


def _copy(error: BaseException) -> BaseException:
    """Return a copy for one greenlet to raise: raised by many, one exception would collect all their tracebacks."""
    try:
        own = copy(error)
    except Exception:
        return error
    own.__cause__ = error
    return own


def _switch_all(waiters: list[Any]) -> None:
    """Resume those who wait; runs in the hub, each switch comes back when the greenlet waits for something else."""
    for waiter in waiters:
        waiter.switch(None)
