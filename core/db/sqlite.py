"""SQLite: one writer at a time per process, reads on their own connection, and no wait that blocks the loop.

A statement runs to its end without a switch between greenlets, so one reading connection serves them all. The lock of
the file itself is never waited for inside SQLite: a busy answer comes at once and is asked again after a short sleep.
"""

import random
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar

import gevent
from gevent.lock import BoundedSemaphore

from hubbub.core.contracts.errors import AppError
from hubbub.core.db import errors
from hubbub.core.db.session import Params, Row, WrongThread, thread_id

_T = TypeVar("_T")
_PROGRESS_STEPS: Final = 50_000  # virtual machine steps between two looks at the clock: a few milliseconds
_CACHED_STATEMENTS: Final = 1024
_CLOSE_S: Final = 5.0
_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_ERRORS: Final[dict[int, type[AppError]]] = {
    sqlite3.SQLITE_BUSY: errors.StoreBusy,
    sqlite3.SQLITE_LOCKED: errors.StoreBusy,
    sqlite3.SQLITE_FULL: errors.StoreFull,
    sqlite3.SQLITE_READONLY: errors.StoreReadOnly,
    sqlite3.SQLITE_CORRUPT: errors.StoreCorrupt,
    sqlite3.SQLITE_NOTADB: errors.StoreCorrupt,
    sqlite3.SQLITE_INTERRUPT: errors.QueryTimedOut,
    sqlite3.SQLITE_CANTOPEN: errors.StoreUnavailable,
    sqlite3.SQLITE_IOERR: errors.StoreUnavailable,
    sqlite3.SQLITE_TOOBIG: errors.BadValue,
    sqlite3.SQLITE_MISMATCH: errors.BadValue,
}
_UNIQUE: Final = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
_BROKEN: Final = frozenset({errors.StoreCorrupt, errors.StoreUnavailable})
_SETTINGS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",  # KiB
    "PRAGMA journal_size_limit = 67108864",
    "SELECT count(*) FROM sqlite_master",  # reads the first page: a file that isn't a database fails here
)


class SqliteSession:
    """One connection to the file."""

    reused = False

    def __init__(self, path: str, timeout: float, writes: bool) -> None:
        self.writes = writes
        self._timeout = self._usual_timeout = timeout
        self._deadline = monotonic() + timeout
        self.connection = sqlite3.connect(
            path,
            timeout=0,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
            uri=path.startswith("file:"),
        )
        self.connection.set_progress_handler(self._is_late, _PROGRESS_STEPS)
        try:
            for setting in _SETTINGS:
                self.patiently(self.connection.execute, setting)
        except BaseException:
            self.connection.close()
            raise

    def _is_late(self) -> bool:
        return monotonic() > self._deadline

    def patiently(self, function: Callable[..., _T], *args: Any) -> _T:
        """Return `function(*args)`, asked again while the file is locked, for at most the query's time."""
        give_up = monotonic() + self._timeout
        delay = 0.001
        while True:
            self._deadline = monotonic() + self._timeout
            try:
                return function(*args)
            except sqlite3.OperationalError as error:
                if primary_code(error) not in _LOCKED or monotonic() > give_up:
                    raise
            gevent.sleep(delay * random.uniform(0.5, 1.5))  # nosec B311  # spreads retries
            delay = min(delay * 1.5, 0.05)

    def _run(self, text: str, params: Params) -> sqlite3.Cursor:
        self._deadline = monotonic() + self._timeout
        try:
            return self.connection.execute(text, params)
        except sqlite3.OperationalError as error:
            if primary_code(error) not in _LOCKED or self.connection.in_transaction:
                raise
            return self.patiently(self.connection.execute, text, params)

    def fetch_one(self, text: str, params: Params) -> Row | None:
        cursor = self._run(text, params)
        if not self.writes:
            row: Row | None = cursor.fetchone()
            return row
        rows = cursor.fetchall()  # to the end: only then is an INSERT ... RETURNING stored, or fails
        return rows[0] if rows else None

    def fetch_all(self, text: str, params: Params) -> list[Row]:
        return self._run(text, params).fetchall()

    def execute(self, text: str, params: Params) -> int:
        cursor = self._run(text, params)
        if cursor.description is not None:
            cursor.fetchall()
        return max(cursor.rowcount, 0)

    def execute_many(self, text: str, rows: Iterable[Params]) -> None:
        self._deadline = monotonic() + self._timeout
        self.connection.executemany(text, rows)

    def begin(self) -> None:
        self.patiently(self.connection.execute, "BEGIN IMMEDIATE" if self.writes else "BEGIN")

    def commit(self) -> None:
        self.patiently(self.connection.execute, "COMMIT")

    def rollback(self) -> None:
        if self.connection.in_transaction:  # SQLite itself rolls back after a full disk
            self.connection.execute("ROLLBACK")

    def limit(self, seconds: float | None) -> None:
        self._timeout = self._usual_timeout if seconds is None else seconds

    def translate(self, error: BaseException) -> AppError | None:
        return translate(error)

    def usable_after(self, error: BaseException) -> bool:
        named = translate(error)
        return named is None or type(named) not in _BROKEN

    def close(self) -> None:
        self.connection.close()


class SqlitePool:
    """One connection for reads and one for writes, the latter behind a lock."""

    def __init__(self, path: str, timeout: float) -> None:
        self.path = path
        self._timeout = timeout
        self._inherited: list[SqliteSession | None] = []
        self._start()

    def _start(self) -> None:
        self._reader: SqliteSession | None = None
        self._writer: SqliteSession | None = None
        self._lock = BoundedSemaphore(1)
        self._waiting = 0
        self._thread = thread_id()

    def take(self, reads: bool) -> SqliteSession:
        if thread_id() != self._thread:
            raise WrongThread
        if reads and self._reader is not None:
            return self._reader
        if reads and not self._in_memory:
            self._reader = self._open(writes=False)
            return self._reader
        self._take_lock()
        if self._writer is None:
            try:
                self._writer = self._open(writes=True)
            except BaseException:
                self._lock.release()
                raise
        return self._writer

    @property
    def _in_memory(self) -> bool:
        return ":memory:" in self.path  # every connection would have a database of its own

    def _take_lock(self) -> None:
        if self._lock.acquire(blocking=False):
            return
        self._waiting += 1
        try:
            if not self._lock.acquire(timeout=self._timeout):
                raise errors.StoreBusy(detailed_error=f"waited {self._timeout:g} s for the writer of this process")
        finally:
            self._waiting -= 1

    def _open(self, writes: bool) -> SqliteSession:
        try:
            if not self.path.startswith("file:") and not self._in_memory:
                Path(self.path).parent.mkdir(parents=True, exist_ok=True)
            return SqliteSession(self.path, self._timeout, writes)
        except OSError as error:
            raise errors.StoreUnavailable(detailed_error=f"{self.path}: {error}") from error
        except sqlite3.Error as error:
            named = translate(error) or errors.StoreUnavailable()
            named.detailed_error = f"{self.path}: {error}"
            raise named from error

    def connect_alone(self) -> SqliteSession:
        return self._open(writes=True)

    def give(self, session: SqliteSession) -> None:
        if session.writes:
            self._lock.release()

    def discard(self, session: SqliteSession) -> None:
        session.close()
        if session is self._reader:
            self._reader = None
        elif session is self._writer:
            self._writer = None
            self._lock.release()

    def drop_idle(self) -> None:
        """Do nothing: a file doesn't go away under a connection."""

    def renew(self, *, cut: bool = False) -> None:
        """Do nothing: a file isn't another one of a sudden."""

    def forget(self) -> None:
        # SECURITY: closing them here would drop the parent's file locks and truncate its log.
        self._inherited += [self._reader, self._writer]
        self._start()

    def stats(self) -> dict[str, int]:
        is_open = (self._reader is not None) + (self._writer is not None)
        return {"open": is_open, "in_use": int(self._lock.locked()), "waiting": self._waiting}

    def close(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
        is_free = self._lock.acquire(timeout=_CLOSE_S)  # a transaction that is open may end first
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
        if is_free:
            self._lock.release()


def primary_code(error: BaseException) -> int:
    """Return SQLite's primary result code of `error`, 0 when it has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def translate(error: BaseException) -> AppError | None:
    """Return the named error for `error`; None when it isn't SQLite's."""
    if isinstance(error, OverflowError | UnicodeEncodeError):
        return errors.BadValue(detailed_error=str(error))
    if not isinstance(error, sqlite3.Error):
        return None
    text = str(error)
    if getattr(error, "sqlite_errorcode", 0) in _UNIQUE:
        return errors.UniqueViolation(text.rpartition(": ")[2])
    return _ERRORS.get(primary_code(error), errors.StoreError)(detailed_error=text)
