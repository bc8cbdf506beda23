"""What a migration may do: each step looks at what is there first, so that running it twice changes nothing."""

from collections.abc import Sequence
from typing import Any, Final

from hubbub.core.db import tables
from hubbub.core.db.catalog import TableInfo, describe, table_names
from hubbub.core.db.database import Database
from hubbub.core.db.dialects import Engine
from hubbub.core.db.fields import Column, EnumField
from hubbub.core.db.online import OnlineIndex
from hubbub.core.db.origin import mattermost_schema
from hubbub.core.db.session import Params, Row
from hubbub.core.db.tables import Index, Table

LARGE: Final = 10_000
"""Rows from which on an index is built beside everybody's work."""


class Migrator:
    """Given to a migration's `up`. Statements run in the migration's transaction (MySQL: one by one)."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.engine: Engine = db.engine
        self._is_mattermosts: bool | None = None
        self._created: set[str] = set()
        self.online: list[OnlineIndex] = []
        """Indexes that are built after the transaction, because their tables may be large and in use."""

    def leaves(self, table: str) -> bool:
        """Say whether `table` stays exactly as it is: it is there, and a Mattermost server made this database.

        That server must find its tables as it left them, and its own later migrations what they expect.
        """
        if table.startswith("hb_"):
            return False
        if self._is_mattermosts is None:
            self._is_mattermosts = mattermost_schema(self.db) is not None
        return self._is_mattermosts and self.has_table(table)

    def create_table(self, model: type[Table]) -> None:
        """Create the model's table with its enum types and indexes.

        To a table that exists missing columns and indexes are added, unless a Mattermost server made it (`leaves`);
        nothing is removed or changed.
        """
        if self.leaves(tables.table_name(model)):
            return
        for enum in tables.enums_of(model):
            self.create_enum(enum.type_name, enum.labels)
        found = describe(self.db, tables.table_name(model))
        if found is None:
            self.execute(tables.create_table_sql(model, self.db.dialect))
            self._created.add(tables.table_name(model))
            found = describe(self.db, tables.table_name(model))
        else:
            have = {column.name for column in found.columns}
            for column in tables.columns_of(model):
                if column.column_name not in have:
                    self._add_column(tables.table_name(model), column)
        self._create_indexes(model, found)

    def _create_indexes(self, model: type[Table], found: TableInfo | None) -> None:
        have = {index.name.lower() for index in found.indexes} if found else set()
        for index in model.table_indexes:
            if index.name.lower() not in have:
                self._build_index(model, index)

    def _build_index(self, model: type[Table], index: Index) -> None:
        """Create an index; on a large table without keeping others from writing there."""
        table, sql = tables.table_name(model), tables.create_index_sql(model, index, self.db.dialect)
        if sql is None:
            return
        if (
            table in self._created
            or self.engine == "sqlite"
            or (index.constraint and self.engine == "postgres")
            or not self._is_large(table)
        ):
            self.execute(sql)
        elif self.engine == "mysql":
            self.execute(f"{sql} ALGORITHM=INPLACE LOCK=NONE")
        else:
            self.online.append(OnlineIndex(index.name, sql.replace("INDEX IF", "INDEX CONCURRENTLY IF", 1)))

    def _is_large(self, table: str) -> bool:
        """Say whether building an index of the table would keep others waiting for more than a moment."""
        return bool(self.fetch_all(f"SELECT 1 FROM {{{table}}} LIMIT 1 OFFSET {LARGE - 1}"))

    def _add_column(self, table: str, column: Column) -> None:
        self.execute(f"ALTER TABLE {{{table}}} ADD COLUMN {tables.column_sql(column, self.db.dialect)}")

    def add_column(self, model: type[Table], name: str) -> None:
        """Add the model's field `name` unless the table has its column."""
        column = model._meta.fields[name]
        if self.leaves(tables.table_name(model)):
            return
        if not self.has_column(tables.table_name(model), column.column_name):
            if isinstance(column, EnumField):
                self.create_enum(column.type_name, column.labels)
            self._add_column(tables.table_name(model), column)

    def drop_column(self, table: str, column: str) -> None:
        """Drop a column if it is there."""
        if not self.leaves(table) and self.has_column(table, column):
            self.execute(f"ALTER TABLE {{{table}}} DROP COLUMN {self.db.dialect.quote(column)}")

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Rename a column if it still has its old name."""
        if not self.leaves(table) and self.has_column(table, old) and not self.has_column(table, new):
            quote = self.db.dialect.quote
            self.execute(f"ALTER TABLE {{{table}}} RENAME COLUMN {quote(old)} TO {quote(new)}")

    def change_type(self, model: type[Table], name: str) -> None:
        """Give the column of the model's field `name` the type, nullability and default that the model says.

        SQLite doesn't hold values to their types: nothing is done there. Other engines may write the whole table anew
        and lock it meanwhile, so this is for small tables.
        """
        column, table = model._meta.fields[name], tables.table_name(model)
        if self.leaves(table):
            return
        quoted = self.db.dialect.quote(column.column_name)
        if self.engine == "mysql":
            self.execute(f"ALTER TABLE {{{table}}} MODIFY COLUMN {tables.column_sql(column, self.db.dialect)}")
        elif self.engine == "postgres":
            kind, default = column.type_for("postgres"), column.default_for("postgres")
            change = f"ALTER TABLE {{{table}}} ALTER COLUMN {quoted}"
            self.execute(f"{change} DROP DEFAULT")
            self.execute(f"{change} TYPE {kind} USING {quoted}::{kind}")
            self.execute(f"{change} {'DROP' if column.null else 'SET'} NOT NULL")
            if default:
                self.execute(f"{change} SET DEFAULT {default}")

    def create_index(self, model: type[Table], index: Index) -> None:
        """Create an index unless one of this name is there."""
        if not self.has_index(tables.table_name(model), index.name):
            self._build_index(model, index)

    def drop_index(self, table: str, name: str) -> None:
        """Drop an index if it is there."""
        if not self.leaves(table) and self.has_index(table, name):
            self.execute(f"DROP INDEX {name} ON {{{table}}}" if self.engine == "mysql" else f"DROP INDEX {name}")

    def drop_table(self, table: str) -> None:
        """Drop a table if it is there."""
        if not self.leaves(table):
            self.execute(f"DROP TABLE IF EXISTS {{{table}}}")

    def create_enum(self, name: str, labels: Sequence[str]) -> None:
        """Create an enum type on PostgreSQL, or add the labels that an existing one lacks."""
        if self.engine != "postgres":
            return
        rows = self.db.fetch_all(
            "SELECT e.enumlabel FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace"
            " JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typname = ? AND n.nspname = current_schema()",
            (name,),
        )
        have = {str(row[0]) for row in rows}
        if not have:
            self.execute(f"CREATE TYPE {name} AS ENUM ({', '.join(_literal(label) for label in labels)})")
        for label in labels if have else ():
            if label not in have:
                self.execute(f"ALTER TYPE {name} ADD VALUE IF NOT EXISTS {_literal(label)}")

    def has_table(self, table: str) -> bool:
        """Say whether the table is there."""
        return table.lower() in table_names(self.db)

    def has_column(self, table: str, column: str) -> bool:
        """Say whether the table is there and has the column (lower-case name)."""
        found = describe(self.db, table)
        return found is not None and found.column(column) is not None

    def has_index(self, table: str, name: str) -> bool:
        """Say whether the table has an index of this name."""
        found = describe(self.db, table)
        return found is not None and any(index.name.lower() == name.lower() for index in found.indexes)

    def execute(self, sql: str, params: Params = ()) -> int:
        """Run a statement (source text) on every engine."""
        return self.db.execute(sql, params)

    def execute_on(self, engine: Engine, sql: str, params: Params = ()) -> None:
        """Run a statement on one engine, nothing on the others."""
        if self.engine == engine:
            self.db.execute(sql, params)

    def fetch_all(self, sql: str, params: Params = ()) -> list[Row]:
        """Return all rows of a query."""
        return self.db.fetch_all(sql, params)

    def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Insert rows, leaving out those whose key exists."""
        self.db.insert_many(table, columns, rows, ignore_duplicates=True)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
