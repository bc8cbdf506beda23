"""The database: one object for every engine, safe for any number of greenlets."""

import logging
import os
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from gevent import getcurrent

from hubbub.core.contracts.errors import AppError
from hubbub.core.db import errors, older
from hubbub.core.db.connect import connect
from hubbub.core.db.replicas import MayRead
from hubbub.core.db.session import Params, Pool, Row
from hubbub.core.db.settings import SqlSettings
from hubbub.core.db.statement import Statement
from hubbub.core.db.transaction import Joined, Savepoint, Transaction, run_callbacks

_log: Final = logging.getLogger("hubbub.db")
_MAX_CACHED: Final = 4096
_MAX_ROWS: Final = 500


class Database:
    """All access to one database.

    SQL is a `Statement` from `prepare` or source text (see `statement`). Statements use the greenlet's open
    transaction if there is one, else a connection from the pool for the statement alone. Nothing connects before
    the first statement, so building one before a fork is fine.

    Raises `BadDataSource` for settings that can't be understood; every method raises the errors in `errors`.
    """

    def __init__(self, settings: SqlSettings, data_directory: str | Path = ".") -> None:
        self.settings = settings
        parts = connect(settings, data_directory)
        self.engine = parts.dialect.engine
        self.dialect = parts.dialect
        self.pool = parts.pool
        self.replicas = parts.replicas
        self.progress = parts.progress
        self.query_timeout = parts.query_timeout
        self.open_transactions: dict[Any, Transaction] = {}
        self._make_statement = parts.make_statement
        self._make_kept = parts.make_kept or parts.make_statement
        self._fetch_one = parts.session_type.fetch_one
        self._fetch_all = parts.session_type.fetch_all
        self._execute = parts.session_type.execute
        self._execute_many = parts.session_type.execute_many
        self._cache: dict[str, Statement] = {}
        self._missing: older.Missing = {}
        self._concerned: list[Statement] = []
        if settings.Trace:
            self._run = self._traced  # type: ignore[method-assign]  # untraced statements pay nothing
        _databases.add(self)

    # statements

    def prepare(self, sql: str) -> Statement:
        """Return `sql` rendered for this engine, to be kept and run many times."""
        statement = self._make_kept(older.rewritten(sql, self._missing), self.dialect)
        if older.concerns(sql):
            statement.source = sql
            self._concerned.append(statement)
        return statement

    def do_without(self, missing: older.Missing) -> None:
        """Have every statement do without columns that this database's tables lack (see `older`)."""
        self._missing = missing
        self._cache.clear()
        for statement in self._concerned:
            statement.replace_text(self._make_kept(older.rewritten(statement.source, missing), self.dialect).text)

    def has_column(self, table: str, column: str) -> bool:
        """Say whether `table` has `column`: one of the schema may be missing in an older Mattermost's database."""
        return column not in self._missing.get(table, {})

    def fetch_all(self, statement: Statement | str, params: Params = (), *, replica: MayRead = False) -> list[Row]:
        """Return all rows. With `replica`, a replica may be asked, one for searches with "search" (see `replicas`)."""
        if replica and self.replicas:
            rows: list[Row] = self._run_on_replica(replica, self._fetch_all, statement, params)
            return rows
        result: list[Row] = self._run(self._fetch_all, statement, params)
        return result

    def fetch_one(self, statement: Statement | str, params: Params = (), *, replica: MayRead = False) -> Row | None:
        """Return the first row, None when there is none."""
        if replica and self.replicas:
            row: Row | None = self._run_on_replica(replica, self._fetch_one, statement, params)
            return row
        result: Row | None = self._run(self._fetch_one, statement, params)
        return result

    def fetch_value(self, statement: Statement | str, params: Params = (), *, replica: MayRead = False) -> Any:
        """Return the first column of the first row, None when there is none."""
        row = self.fetch_one(statement, params, replica=replica)
        return None if row is None else row[0]

    def fetch_all_under(
        self, local: str, statement: Statement | str, params: Params = (), *, replica: MayRead = False
    ) -> list[Row]:
        """Return all rows of a read that is run under settings of its own: `local` are SET LOCAL statements."""
        if self.in_transaction:
            raise RuntimeError("an open transaction would keep these settings")
        call = partial(_fetch_under, local)
        run = partial(self._run_on_replica, replica) if replica and self.replicas else self._run
        rows: list[Row] = run(call, statement, params)
        return rows

    def execute(self, statement: Statement | str, params: Params = ()) -> int:
        """Run a statement and return how many rows it changed (for UPDATE: matched)."""
        result: int = self._run(self._execute, statement, params)
        return result

    def execute_many(self, statement: Statement | str, rows: Iterable[Params]) -> None:
        """Run a statement once per row of parameters, all or none."""
        rows = list(rows)
        if rows:
            with self.transaction():
                self._run(self._execute_many, statement, rows)

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Iterable[Params], *, ignore_duplicates: bool = False
    ) -> None:
        """Insert `rows`, all or none, a few hundred per statement.

        With `ignore_duplicates`, a row whose key exists is left out.
        """
        columns, rows = self._kept(table, columns, rows)
        tail = self.dialect.ignore_duplicates(columns) if ignore_duplicates else ""
        self._insert(table, columns, list(rows), tail)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Params]) -> None:
        """Insert `rows`, all or none, in the engine's fastest way. For commands: other greenlets may have to wait."""
        if self.engine != "postgres":
            self.insert_many(table, columns, rows)
            return
        with self.transaction():
            self._run(_copy_in, f"COPY {{{table}}} ({', '.join(columns)}) FROM STDIN", rows)

    def insert_new(self, table: str, columns: Sequence[str], row: Params) -> bool:
        """Insert one row; False when its key exists, and nothing was done."""
        columns, rows = self._kept(table, columns, [row])
        sql = f"INSERT INTO {{{table}}} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        return self.execute(sql + self.dialect.ignore_duplicates(columns), next(iter(rows))) > 0

    def upsert(
        self,
        table: str,
        columns: Sequence[str],
        key_columns: Sequence[str],
        rows: Iterable[Params],
        *,
        update: Sequence[str] | Mapping[str, str] | None = None,
    ) -> None:
        """Insert `rows`; where `key_columns` (a unique key) exist, set `update` (by default all other columns).

        A mapping gives each column's new value as source SQL: `{"counter": "{t}.counter + " +
        db.dialect.new_value("counter")}` adds the new row's to the old one's. No key may be twice among `rows`.
        """
        columns, rows = self._kept(table, columns, rows)
        if update is None:
            update = [column for column in columns if column not in key_columns]
        elif isinstance(update, Mapping):
            update = {column: value for column, value in update.items() if self.has_column(table, column)}
        else:
            update = [column for column in update if self.has_column(table, column)]
        self._insert(table, columns, list(rows), self.dialect.upsert(key_columns, update))

    def _kept(
        self, table: str, columns: Sequence[str], rows: Iterable[Params]
    ) -> tuple[Sequence[str], Iterable[Params]]:
        """Return columns and rows without those columns that this database's table lacks."""
        absent = self._missing.get(table)
        return older.without(columns, rows, absent) if absent else (columns, rows)

    def _insert(self, table: str, columns: Sequence[str], rows: list[Params], tail: str) -> None:
        head = f"INSERT INTO {{{table}}} ({', '.join(columns)}) VALUES "
        one = f"({', '.join('?' * len(columns))})"
        if self.engine == "sqlite" and len(rows) > 1:  # a prepared statement per row is the faster one there
            self.execute_many(head + one + tail, rows)
            return
        per_statement = max(1, min(_MAX_ROWS, self.dialect.max_parameters // len(columns)))
        chunks = [rows[start : start + per_statement] for start in range(0, len(rows), per_statement)]
        if len(chunks) == 1:
            self._insert_chunk(head, one, tail, chunks[0])
        elif chunks:
            with self.transaction():
                for chunk in chunks:
                    self._insert_chunk(head, one, tail, chunk)

    def _insert_chunk(self, head: str, one: str, tail: str, rows: list[Params]) -> None:
        values = [value for row in rows for value in row]
        self.execute(head + ", ".join([one] * len(rows)) + tail, values)

    def select_in(
        self,
        sql: str,
        ids: Iterable[Any],
        params_before: Sequence[Any] = (),
        params_after: Sequence[Any] = (),
        *,
        replica: MayRead = False,
    ) -> list[Row]:
        """Return the rows of `sql`, in which `IN ({ids})` stands for any number of `ids`, asked in chunks.

        An ORDER BY or LIMIT in `sql` counts within a chunk (`dialect.max_list`). No ids give no rows and no query.
        """
        wanted = list(dict.fromkeys(ids))
        rows: list[Row] = []
        most = self.dialect.max_list
        for start in range(0, len(wanted), most):
            chunk = wanted[start : start + most]
            text, values = self.in_list(sql, chunk)
            rows += self.fetch_all(text, (*params_before, *values, *params_after), replica=replica)
        return rows

    def in_list(self, sql: str, ids: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """Return `sql` with its `({ids})` made fit for `ids` (not empty), and the parameters to pass there."""
        if self.dialect.lists:
            return sql.replace("({ids})", "?"), (tuple(ids),)
        size = 1 << (len(ids) - 1).bit_length()  # few different texts, so that they stay prepared
        return sql.replace("{ids}", ", ".join("?" * size)), (*ids, *[ids[-1]] * (size - len(ids)))

    # transactions

    def transaction(self, *, timeout: float | None = None) -> Transaction | Joined:
        """Return the context in which all statements of this greenlet are stored together, or none.

        A nested one joins the outer. After a failed statement everything in it is rolled back, on every engine;
        a part that may fail goes into `savepoint()`. It costs nothing until its first statement.
        An outermost one may give its statements another `timeout` (seconds) than SqlSettings.QueryTimeout.
        """
        outer = self.open_transactions.get(getcurrent())
        return Transaction(self, timeout) if outer is None else Joined(outer)

    def savepoint(self) -> Savepoint:
        """Return the context of a part of the open transaction that may fail alone."""
        outer = self.open_transactions.get(getcurrent())
        if outer is None:
            raise RuntimeError("a savepoint needs an open transaction")
        return Savepoint(outer)

    @property
    def in_transaction(self) -> bool:
        """Whether this greenlet has a transaction open."""
        return getcurrent() in self.open_transactions

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Run `callback` after the outermost commit, at once outside a transaction, never after a rollback.

        One that fails is logged: what was stored stays stored.
        """
        transaction = self.open_transactions.get(getcurrent())
        if transaction is None:
            run_callbacks([callback])
        else:
            transaction.after_commit(callback)

    # the connection

    def ping(self) -> None:
        """Ask the database for a sign of life; raises `StoreUnavailable` and its like."""
        self.fetch_one("SELECT 1")

    def stats(self) -> dict[str, int]:
        """Return the pool's numbers: `open`, `in_use`, `waiting`."""
        return self.pool.stats()

    def drop_idle(self) -> None:
        """Close the connections that aren't in use."""
        for pool in (self.pool, *(replica.pool for replica in self.replicas.all)):
            pool.drop_idle()

    def close(self) -> None:
        """Close all connections. The next statement would open one again."""
        self.pool.close()
        self.replicas.close()

    def _run(self, call: Callable[[Any, str, Any], Any], statement: Statement | str, params: Any) -> Any:
        if isinstance(statement, str):
            statement = self._cache.get(statement) or self._prepare_cached(statement)
        transaction = self.open_transactions.get(getcurrent())
        if transaction is not None:
            return transaction.run(call, statement, params)
        session = self.pool.take(statement.reads)
        try:
            result = call(session, statement.text, params)
        except BaseException as error:
            if not self._recover(self.pool, session, statement, error):
                raise
        else:
            self.pool.give(session)
            return result
        return self._run_again(call, statement, params)

    def _prepare_cached(self, sql: str) -> Statement:
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        statement = self._cache[sql] = self._make_statement(older.rewritten(sql, self._missing), self.dialect)
        return statement

    def _recover(self, pool: Pool, session: Any, statement: Statement, error: BaseException) -> bool:
        """Give or throw the connection back after `error`; say whether the statement may be tried once more."""
        named: AppError | None = session.translate(error)
        stale = session.reused and isinstance(named, errors.ConnectionLost)
        if session.usable_after(error):
            pool.give(session)
        else:
            pool.discard(session)
        if stale:
            pool.drop_idle()
        if stale and statement.reads:
            return True
        if named is None:
            return False
        raise named from error

    def _run_again(self, call: Callable[[Any, str, Any], Any], statement: Statement, params: Any) -> Any:
        session = self.pool.take(statement.reads)
        try:
            result = call(session, statement.text, params)
        except BaseException as error:
            session.reused = False
            self._recover(self.pool, session, statement, error)
            raise
        self.pool.give(session)
        return result

    def _run_on_replica(
        self, which: MayRead, call: Callable[[Any, str, Any], Any], statement: Statement | str, params: Any
    ) -> Any:
        """Run a read on a replica that has everything up to now, on the primary when none has or in a transaction."""
        if isinstance(statement, str):
            statement = self._cache.get(statement) or self._prepare_cached(statement)
        if statement.reads and not self.in_transaction:
            is_answered, result = self.replicas.read(which, call, statement, params)
            if is_answered:
                return result
        return self._run(call, statement, params)

    def _traced(self, call: Callable[[Any, str, Any], Any], statement: Statement | str, params: Any) -> Any:
        begin = perf_counter()
        try:
            return Database._run(self, call, statement, params)
        finally:
            source = statement if isinstance(statement, str) else statement.source
            _log.info("sql %.2f ms: %s", (perf_counter() - begin) * 1000, " ".join(source.split()))


def _fetch_under(local: str, session: Any, text: str, params: Any) -> list[Row]:
    session.begin()
    try:
        session.execute(local, ())
        rows: list[Row] = session.fetch_all(text, params)
        session.commit()
    except Exception as error:
        if session.usable_after(error):
            session.rollback()
        raise
    return rows


def _copy_in(session: Any, text: str, rows: Any) -> None:
    session.copy_in(text, rows)


_databases: "weakref.WeakSet[Database]" = weakref.WeakSet()


def _after_fork() -> None:
    for database in _databases:
        database.open_transactions.clear()
        database.pool.forget()
        database.replicas.forget()


os.register_at_fork(after_in_child=_after_fork)
