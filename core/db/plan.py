"""What a migration would do: its `up` runs on a database that is read, while what it would write is noted."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from hubbub.core.db import errors
from hubbub.core.db.database import Database
from hubbub.core.db.migrator import Migrator
from hubbub.core.db.session import Params, Row
from hubbub.core.db.statement import Statement

_FORMS: Final = (
    (re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?\{?(\w+)\}?"), r"create table \1"),
    (
        re.compile(r"CREATE (?:UNIQUE )?INDEX CONCURRENTLY (?:IF NOT EXISTS )?(\w+) ON \{?(\w+)\}?"),
        r"create index \1 on \2, while it is in use",
    ),
    (
        re.compile(r"CREATE (?:UNIQUE )?INDEX (?:IF NOT EXISTS )?(\w+) ON \{?(\w+)\}?"),
        r"create index \1 on \2",
    ),
    (re.compile(r"CREATE TYPE (\w+)"), r"create type \1"),
    (re.compile(r"ALTER TABLE \{?(\w+)\}? ADD COLUMN \W?(\w+)"), r"add column \1.\2"),
    (re.compile(r"ALTER TABLE \{?(\w+)\}? ADD CONSTRAINT (\w+)"), r"create index \2 on \1"),
    (re.compile(r"ALTER TABLE \{?(\w+)\}?"), r"change table \1"),
    (re.compile(r"DROP (TABLE|INDEX)(?: IF EXISTS)? \{?(\w+)\}?"), r"drop \1 \2"),
    (re.compile(r"(UPDATE|DELETE FROM|INSERT INTO) \{?(\w+)\}?"), r"\1 \2"),
)
_LONGEST: Final = 100


class _Noting:
    """Stands in for the database: reads it, and notes what would be written."""

    def __init__(self, db: Database, notes: list[str]) -> None:
        self._db = db
        self._notes = notes

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def execute(self, statement: Statement | str, params: Params = ()) -> int:
        self._notes.append(described(statement if isinstance(statement, str) else statement.source))
        return 0

    def execute_many(self, statement: Statement | str, rows: Iterable[Params]) -> None:
        self.execute(statement)

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Iterable[Params], *, ignore_duplicates: bool = False
    ) -> None:
        missing = " that are missing" if ignore_duplicates else ""
        self._notes.append(f"insert rows{missing} into {table} (at most {len(list(rows))})")

    def insert_new(self, table: str, columns: Sequence[str], row: Params) -> bool:
        self._notes.append(f"insert a row into {table}")
        return True

    def upsert(
        self,
        table: str,
        columns: Sequence[str],
        key_columns: Sequence[str],
        rows: Iterable[Params],
        *,
        update: Sequence[str] | Mapping[str, str] | None = None,
    ) -> None:
        self._notes.append(f"insert or change rows of {table} (at most {len(list(rows))})")

    def fetch_all(self, statement: Statement | str, params: Params = (), **options: Any) -> list[Row]:
        try:
            return self._db.fetch_all(statement, params, **options)
        except errors.StoreError:  # a table that an earlier step only would have made
            return []

    def fetch_one(self, statement: Statement | str, params: Params = (), **options: Any) -> Row | None:
        return next(iter(self.fetch_all(statement, params, **options)), None)

    def fetch_value(self, statement: Statement | str, params: Params = (), **options: Any) -> Any:
        row = self.fetch_one(statement, params, **options)
        return None if row is None else row[0]


def actions(db: Database, up: Callable[[Migrator], None]) -> list[str]:
    """Return what `up` would do now, one line each; nothing when all is there already."""
    notes: list[str] = []
    migrator = Migrator(_Noting(db, notes))  # type: ignore[arg-type]  # reads like a Database, writes nothing
    try:
        up(migrator)
    except Exception:  # it reads what only the steps before it would have made
        notes.append("the rest depends on what the steps before do")
    return [*notes, *(described(index.sql) for index in migrator.online)]


def described(sql: str) -> str:
    """Return a statement in words, or its beginning."""
    text = " ".join(sql.split())
    for pattern, words in _FORMS:
        match = pattern.match(text)
        if match is not None:
            return match.expand(words).replace("DROP ", "drop ").replace("TABLE", "table").replace("INDEX", "index")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
