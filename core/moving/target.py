"""The database that rows go to: empty at first, marked as half done until everything is there and was compared."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core.cli_errors import CommandFailed, explain
from hubbub.core.contracts.errors import AppError
from hubbub.core.db import Migrator, Row, Statement, Table, migrate
from hubbub.core.db.dialects import Engine
from hubbub.core.db.fields import BigInt, Text, Varchar
from hubbub.core.moving.offers import PROGRESS, Offered, Plugins, Task, rebuilt
from hubbub.core.moving.places import Place
from hubbub.core.moving.rows import batches
from hubbub.core.moving.values import Converter, Kind, Summer, kind_of

_WHOLE: Final = "*"
_INDEX: Final = "index:"
_POSTGRES_INDEXES: Final = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND NOT i.indisunique AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)"""
_COUNTED: Final = ("users", "teams", "channels", "posts")
_SIZE: Final = re.compile(r"\((\d+)\)")
_MYSQL_KEY: Final = 190
_TYPES: Final[dict[Kind, tuple[str, str, str]]] = {  # sqlite, postgres, mysql
    "bool": ("boolean", "boolean", "tinyint(1)"),
    "json": ("text", "jsonb", "longtext"),
    "bytes": ("blob", "bytea", "longblob"),
    "int": ("bigint", "bigint", "bigint"),
    "real": ("real", "double precision", "double"),
    "real4": ("real", "double precision", "double"),
    "text": ("text", "text", "longtext"),
    "char": ("text", "text", "longtext"),
}


class Progress(Table):
    """How far a copy or a restore into this database has come; the table goes when everything is there.

    The row `*` says what is moved here: `last_key` is its name. Rows `index:…` hold how to make an index again.
    """

    table_name = Varchar(128, primary_key=True)
    last_key = Text()
    row_count = BigInt()
    checksum = Varchar(20)
    is_done = BigInt()

    class Meta:
        table_name = PROGRESS


class Done:
    """What of a table is there."""

    def __init__(self, last: Sequence[Any] = (), rows: int = 0, checksum: int = 0, is_done: bool = False) -> None:
        self.last, self.rows, self.checksum, self.is_done = last, rows, checksum, is_done


class Target:
    """Writes rows in order, each batch in one transaction with the note that it is there."""

    def __init__(self, place: Place, plugins: Plugins, source_engine: Engine) -> None:
        self.place = place
        self._source_engine = source_engine
        self.db = place.db
        self._plugins = plugins
        self.done: dict[str, Done] = {}
        self.replaced = 0

    # --- begin and end ---

    def begin(self, origin: str, *, resumes: bool) -> bool:
        """Make the tables in an empty database, or go on where the same move was interrupted; say whether it was.

        Raises `CommandFailed` when there is anything else in it. Nothing is overwritten, there is no switch for it.
        """
        names = self.place.tables()
        is_marked = PROGRESS in names
        if is_marked:
            self._check_origin(origin)
        else:
            self._refuse_used(names)
            with self.db.transaction():
                Migrator(self.db).create_table(Progress)
                self._note(_WHOLE, [origin], 0, 0, is_done=False)
        later = rebuilt(self._plugins)
        migrate(self.db, [entry for entry in self._plugins if entry[0] not in later])
        if is_marked and not resumes:
            self.db.execute(
                f"DELETE FROM {{{PROGRESS}}} WHERE tablename <> ? AND NOT tablename LIKE ?", (_WHOLE, f"{_INDEX}%")
            )
        self._put_indexes_aside()
        for name, last, rows, checksum, is_done in self.db.fetch_all(
            f"SELECT tablename, lastkey, rowcount, checksum, isdone FROM {{{PROGRESS}}}"
        ):
            if name == _WHOLE or name.startswith(_INDEX):
                continue
            self.done[name] = Done(_key_of(last), int(rows), int(checksum), bool(is_done))
        return is_marked

    def _check_origin(self, origin: str) -> None:
        row = self.db.fetch_one(f"SELECT lastkey FROM {{{PROGRESS}}} WHERE tablename = ?", (_WHOLE,))
        before = str(_key_of(row[0])[0]) if row else ""
        if before != origin:
            raise CommandFailed(
                f"{self.place.name} holds a half-finished move of something else: {before or 'nothing yet'}. Finish"
                " that one, or make the database anew and empty."
            )

    def _refuse_used(self, names: set[str]) -> None:
        remedy = (
            "Name an empty database (for SQLite: a file that isn't there yet). Nothing is ever overwritten: to use this"
            " one, drop it and create it anew."
        )
        if names and "hb_migrations" not in names:
            some = ", ".join(sorted(names)[:3])
            raise CommandFailed(f"{self.place.name} isn't empty: it has {len(names)} tables ({some}, …). {remedy}")
        for table in _COUNTED:
            if table in names and (rows := int(self.db.fetch_value(f"SELECT count(*) FROM {{{table}}}"))):
                raise CommandFailed(f"{self.place.name} is in use already: it has {rows} {table}. {remedy}")

    def _put_indexes_aside(self) -> None:
        """Drop PostgreSQL's indexes that aren't unique, and note how to make them again.

        PERF: to build them over all rows in the end takes a quarter of the time of keeping them up to date meanwhile.
        """
        if self.db.engine != "postgres":
            return
        with self.db.transaction():
            for name, definition in self.db.fetch_all(_POSTGRES_INDEXES):
                self._note(f"{_INDEX}{name}", [definition], 0, 0, is_done=False)
                self.db.execute(f"DROP INDEX {self.db.dialect.quote(name)}")

    def _make_indexes(self) -> None:
        if self.db.engine != "postgres":
            return
        notes = self.db.fetch_all(f"SELECT tablename, lastkey FROM {{{PROGRESS}}} ORDER BY tablename")
        for name, text in notes:
            if name.startswith(_INDEX):
                sql = str(_key_of(text)[0]).replace("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS ", 1)
                self.db.execute(Statement(sql, sql, False))
        self.db.execute("ANALYZE")

    def finish(self) -> None:
        """Make the indexes and what plugins make from the rows (the search index), then take the mark away."""
        self._make_indexes()
        migrate(self.db, self._plugins)
        self.db.execute(f"DROP TABLE {{{PROGRESS}}}")

    # --- tables ---

    def adopt(self, table: Offered) -> None:
        """Make a table that no plugin here has, with its primary key; a plugin that comes later adds its indexes."""
        quote, engine = self.db.dialect.quote, self.db.engine
        lines = []
        for column, kind in zip(table.columns, table.kinds(self._source_engine), strict=True):
            lines.append(f"{quote(column.name)} {_type(column.type, kind, engine, is_key=column.key > 0)}")
        if table.key:
            lines.append(f"PRIMARY KEY ({', '.join(map(quote, table.key))})")
        suffix = f" DEFAULT CHARACTER SET utf8mb4 COLLATE {self.db.dialect.collation}" if engine == "mysql" else ""
        self.db.execute(f"CREATE TABLE {{{table.name}}} ({', '.join(lines)}){suffix}")

    def write(self, task: Task, source: Iterable[list[Row]], heard: Any) -> None:
        """Write a table's batches (columns as `task.columns`), and note each. `heard(rows)` is told of each batch."""
        mover = _TableWriter(self, task)
        for rows in source:
            mover.write(rows)
            heard(len(rows))
        mover.end()
        self.replaced += mover.converter.replaced

    def _note(self, name: str, last: Sequence[Any], rows: int, checksum: int, *, is_done: bool) -> None:
        values = (name, json.dumps(list(last)), rows, str(checksum), int(is_done))
        self.db.upsert(PROGRESS, ("tablename", "lastkey", "rowcount", "checksum", "isdone"), ("tablename",), [values])

    def wrong_with(self, task: Task) -> str:
        """Read a table as it is now and compare: return what differs, in words; empty when nothing does."""
        columns = task.written
        infos = [task.target.column(name) for name in columns]
        key = [c.name for c in sorted(task.target.columns, key=lambda c: c.pk_position) if c.pk_position]
        summer = Summer([kind_of(self.db.engine, info.type if info else "") for info in infos])
        rows = checksum = 0
        usable = key if set(key) <= set(columns) else []
        for batch in batches(self.db.fetch_all, self.db.dialect, task.name, columns, usable):
            rows += len(batch)
            checksum = summer.sum(batch, checksum)
        expected = self.done.get(task.name, Done())
        if rows != expected.rows:
            return f"{task.name} has {rows} rows, {expected.rows} were moved"
        return "" if checksum == expected.checksum else f"the rows of {task.name} aren't those that were moved"


class _TableWriter:
    """Writes one table."""

    def __init__(self, target: Target, task: Task) -> None:
        self._target, self._task, self._db = target, task, target.db
        infos = [task.target.column(name) for name in task.written]
        kinds = [kind_of(self._db.engine, info.type if info else "") for info in infos]
        self.converter = Converter(self._db.engine, kinds, [info is None or info.nullable for info in infos])
        self._summer = Summer(kinds)
        self._columns = [self._db.dialect.quote(name) for name in task.written]
        self._fills = [value for _, value in task.fills]
        self._key = [task.columns.index(name) for name in task.offered.key if name in task.columns]
        before = target.done.get(task.name)
        # Without a primary key nothing says where to go on: such a table is written anew.
        self._is_new = before is None or not before.last
        self.done = target.done[task.name] = Done() if before is None or self._is_new else before

    def write(self, rows: list[Row]) -> None:
        """Store a batch."""
        try:
            values = self.converter.rows([(*row, *self._fills) for row in rows] if self._fills else rows)
        except ValueError as error:
            raise self._refused(rows, error) from error
        with self._db.transaction():
            self._clear()
            try:
                with self._db.savepoint():
                    self._db.load(self._task.name, self._columns, values)
            except AppError as error:
                raise self._culprit(rows, values, error) from error
            done = self.done
            done.rows += len(rows)
            done.checksum = self._summer.sum(values, done.checksum)
            done.last = [_plain(rows[-1][place]) for place in self._key]
            self._target._note(self._task.name, done.last, done.rows, done.checksum, is_done=False)

    def end(self) -> None:
        """Note that all of the table is there."""
        with self._db.transaction():
            self._clear()
            done = self.done
            done.is_done = True
            self._target._note(self._task.name, done.last, done.rows, done.checksum, is_done=True)

    def _clear(self) -> None:
        """Remove what migrations put into a new table."""
        if self._is_new:
            self._db.execute(f"DELETE FROM {{{self._task.name}}}")
            self._is_new = False

    def _culprit(self, rows: list[Row], values: list[list[Any]], error: AppError) -> Exception:
        """Return the failure that names the row that isn't taken; other failures as they are."""
        if error.status == 503:
            return error
        for row, value in zip(rows, values, strict=True):
            try:
                with self._db.savepoint():
                    self._db.load(self._task.name, self._columns, [value])
            except AppError as own:
                return self._refused([row], own)
        return error

    def _refused(self, rows: list[Row], error: Exception) -> CommandFailed:
        task = self._task
        keys = [", ".join(f"{task.columns[p]}={rows[0][p]!r}" for p in self._key)]
        where = f"the row {keys[0]}" if len(rows) == 1 else f"a row from {keys[0]} on"
        return CommandFailed(
            f"{self._target.place.name} doesn't take {where} of {task.name}: {explain(error)}. Correct that row at the"
            " source and run the same command again: it goes on from here."
        )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float) or value is None else str(value)


def _key_of(text: str) -> list[Any]:
    found: list[Any] = json.loads(text)
    return found


def _type(source: str, kind: Kind, engine: str, *, is_key: bool) -> str:
    """Return a column's type at a target for a table that only the source describes."""
    size = _SIZE.search(source)
    if kind in ("text", "char") and size is not None and int(size[1]) <= 4096:
        return f"varchar({size[1]})"
    if kind in ("text", "char") and is_key and engine == "mysql":
        return f"varchar({_MYSQL_KEY})"
    return _TYPES[kind][("sqlite", "postgres", "mysql").index(engine)]
