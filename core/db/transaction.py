"""Transactions of a greenlet: the outermost block commits, whatever is nested joins it."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Protocol

from gevent import getcurrent

from hubbub.core.db import errors
from hubbub.core.db.session import Params, Pool
from hubbub.core.db.statement import Statement

_log: Final = logging.getLogger("hubbub.db")


class Owner(Protocol):
    """What a transaction needs of its database."""

    pool: Pool
    open_transactions: "dict[Any, Transaction]"


class Transaction:
    """The outermost `with db.transaction():`. Takes a connection at its first statement, not before."""

    __slots__ = ("_db", "_greenlet", "_session", "_timeout", "callbacks", "failure", "writes")

    def __init__(self, db: Owner, timeout: float | None = None) -> None:
        self._db = db
        self._timeout = timeout
        self._session: Any = None
        self.callbacks: list[Callable[[], object]] = []
        self.failure: BaseException | None = None
        self.writes = 0

    def __enter__(self) -> "Transaction":
        self._greenlet = getcurrent()
        self._db.open_transactions[self._greenlet] = self
        return self

    def run(self, call: Callable[[Any, str, Any], Any], statement: Statement, params: Params) -> Any:
        """Run one statement inside; after a failed one nothing else is run (as PostgreSQL has it)."""
        if self.failure is not None:
            raise errors.TransactionFailed(detailed_error=str(self.failure)) from self.failure
        if not statement.reads:
            self.writes += 1
        try:
            session = self._session
            if session is None:
                return self._run_first(call, statement, params)
            return call(session, statement.text, params)
        except BaseException as error:
            self.failure = error
            named = self._session.translate(error) if self._session is not None else None
            if named is None:
                raise
            raise named from error

    def _run_first(self, call: Callable[[Any, str, Any], Any], statement: Statement, params: Params) -> Any:
        """Run the first statement, once more if the idle connection was dead: nothing can have been stored by then."""
        try:
            return call(self._begin(), statement.text, params)
        except Exception as error:
            session = self._session
            if session is None or not session.reused:
                raise
            if not isinstance(session.translate(error), errors.ConnectionLost):
                raise
        self._session = None
        self._db.pool.discard(session)
        self._db.pool.drop_idle()
        return call(self._begin(), statement.text, params)

    def _begin(self) -> Any:
        session = self._session = self._db.pool.take(reads=False)
        session.begin()
        if self._timeout is not None:
            session.limit(self._timeout)
        return session

    def still_connected(self, failure: BaseException) -> bool:
        """Say whether the transaction can go on from a savepoint after `failure`."""
        return self._session is not None and bool(self._session.usable_after(failure))

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Run `callback` once this is stored; never when it is rolled back."""
        self.callbacks.append(callback)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is not None:
                self._roll_back(error)
            elif self.failure is not None:
                self._roll_back(self.failure)
                raise errors.TransactionFailed(detailed_error=str(self.failure)) from self.failure
            elif self._session is not None:
                self._commit()
        finally:
            del self._db.open_transactions[self._greenlet]
        if error is None:
            run_callbacks(self.callbacks)

    def _commit(self) -> None:
        session, self._session = self._session, None
        try:
            session.commit()
        except BaseException as error:
            self._session = session
            named = session.translate(error)
            self._roll_back(error)
            if isinstance(named, errors.ConnectionLost | errors.QueryTimedOut):
                named = errors.CommitUnknown(detailed_error=named.detailed_error)
            if named is None:
                raise
            raise named from error
        self._give(session)

    def _give(self, session: Any) -> None:
        if self._timeout is not None:
            try:
                session.limit(None)
            except BaseException:
                self._db.pool.discard(session)
                return
        self._db.pool.give(session)

    def _roll_back(self, error: BaseException) -> None:
        """Drop the changes and give the connection back, or discard it when it can't be trusted any more."""
        session, self._session = self._session, None
        if session is None:
            return
        failure = self.failure or error
        try:
            if not session.usable_after(failure):
                raise failure
            session.rollback()
        except BaseException as second:
            self._db.pool.discard(session)
            if second is not failure and not isinstance(second, Exception):
                raise  # killed during the rollback; the connection is gone, which rolls back as well
            return
        self._give(session)


class Joined:
    """A nested `with db.transaction():`; the outermost one commits.

    An exception that leaves this block after it wrote something dooms the whole: half of a change is never stored,
    even when somebody outside catches the exception.
    """

    __slots__ = ("_outer", "_writes")

    def __init__(self, outer: Transaction) -> None:
        self._outer = outer

    def __enter__(self) -> Transaction:
        self._writes = self._outer.writes
        return self._outer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and self._outer.failure is None and self._outer.writes > self._writes:
            self._outer.failure = error


class Savepoint:
    """A part of a transaction that may fail alone: an exception undoes the block, and the rest goes on."""

    __slots__ = ("_callbacks", "_name", "_outer")

    _serial = 0

    def __init__(self, outer: Transaction) -> None:
        self._outer = outer
        Savepoint._serial += 1
        self._name = f"hb_{Savepoint._serial}"

    def __enter__(self) -> Transaction:
        self._execute("SAVEPOINT ")
        self._callbacks = len(self._outer.callbacks)
        return self._outer

    def _execute(self, command: str) -> None:
        text = command + self._name
        self._outer.run(_execute_plain, Statement(text, text, True), ())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        outer = self._outer
        if error is None and outer.failure is None:
            self._execute("RELEASE SAVEPOINT ")
            return
        failure = outer.failure or error
        if isinstance(failure, Exception) and outer.still_connected(failure):
            outer.failure = None
            del outer.callbacks[self._callbacks :]
            self._execute("ROLLBACK TO SAVEPOINT ")
            self._execute("RELEASE SAVEPOINT ")


def _execute_plain(session: Any, text: str, params: Params) -> Any:
    return session.execute(text, params)


def run_callbacks(callbacks: list[Callable[[], object]]) -> None:
    """Run what waited for the commit; one that fails is logged and doesn't stop the others."""
    for callback in callbacks:
        try:
            callback()
        except Exception:
            _log.exception("a callback after the commit failed")
