"""What is there: tables, columns and indexes as the engine's own catalog tells."""

import re
from dataclasses import dataclass
from typing import Any, Final

from hubbub.core.db.database import Database


@dataclass(frozen=True)
class ColumnInfo:
    """A column: type and default as the engine writes them; `pk_position` counts from 1, 0 outside the key."""

    name: str
    type: str
    nullable: bool
    default: str | None
    pk_position: int


@dataclass(frozen=True)
class IndexInfo:
    """An index: `definition` is the engine's own text for it, empty where there is none."""

    name: str
    unique: bool
    primary: bool
    definition: str


@dataclass(frozen=True)
class TableInfo:
    """A table as it is, columns in order, indexes by name."""

    name: str
    columns: tuple[ColumnInfo, ...]
    indexes: tuple[IndexInfo, ...]

    def column(self, name: str) -> ColumnInfo | None:
        """Return the column `name`, None when there is none."""
        return next((column for column in self.columns if column.name == name), None)


_POSTGRES_COLUMNS: Final = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
           coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)
    FROM pg_attribute a
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
    WHERE a.attrelid = to_regclass(quote_ident(current_schema()) || '.' || quote_ident(?))
      AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum"""
_POSTGRES_INDEXES: Final = """
    SELECT c.relname, i.indisunique, i.indisprimary, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = to_regclass(quote_ident(current_schema()) || '.' || quote_ident(?)) AND i.indisvalid
    ORDER BY c.relname"""
_MYSQL_COLUMNS: Final = """
    SELECT c.column_name, c.column_type, c.is_nullable = 'YES', c.column_default, coalesce(k.ordinal_position, 0)
    FROM information_schema.columns c
    LEFT JOIN information_schema.key_column_usage k ON k.table_schema = c.table_schema
      AND k.table_name = c.table_name AND k.column_name = c.column_name AND k.constraint_name = 'PRIMARY'
    WHERE c.table_schema = DATABASE() AND lower(c.table_name) = ?
    ORDER BY c.ordinal_position"""
_MYSQL_INDEXES: Final = """
    SELECT index_name, min(non_unique) = 0, index_name = 'PRIMARY',
           group_concat(lower(column_name) ORDER BY seq_in_index SEPARATOR ', ')
    FROM information_schema.statistics WHERE table_schema = DATABASE() AND lower(table_name) = ?
    GROUP BY index_name ORDER BY index_name"""
_TABLES: Final = {
    "postgres": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite*_%' ESCAPE '*'",
    "mysql": "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()",
}
_ALL_COLUMNS: Final = {
    "postgres": """
        SELECT c.relname, a.attname, NOT a.attnotnull, a.atthasdef OR a.attidentity <> ''
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped""",
    "mysql": """
        SELECT table_name, column_name, is_nullable = 'YES', column_default IS NOT NULL OR extra <> ''
        FROM information_schema.columns WHERE table_schema = DATABASE()""",
    "sqlite": """
        SELECT t.name, c.name, c."notnull" = 0 AND c.pk = 0, c.dflt_value IS NOT NULL
        FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'""",
}


@dataclass(frozen=True)
class ColumnUse:
    """Whether a column may be left out of an INSERT: it takes NULL, or has a default."""

    nullable: bool
    has_default: bool


def columns_by_table(db: Database) -> dict[str, dict[str, ColumnUse]]:
    """Return every table's columns in one query, names in lower case."""
    found: dict[str, dict[str, ColumnUse]] = {}
    for table, column, nullable, has_default in db.fetch_all(_ALL_COLUMNS[db.engine]):
        found.setdefault(str(table).lower(), {})[str(column).lower()] = ColumnUse(bool(nullable), bool(has_default))
    return found


def table_names(db: Database) -> set[str]:
    """Return the names of all tables, in lower case."""
    return {str(row[0]).lower() for row in db.fetch_all(_TABLES[db.engine])}


def describe(db: Database, table: str) -> TableInfo | None:
    """Return what the catalog says of `table` (lower-case name); None when it doesn't exist."""
    table = table.lower()
    columns = _columns(db, table)
    return TableInfo(table, tuple(columns), tuple(_indexes(db, table))) if columns else None


def _columns(db: Database, table: str) -> list[ColumnInfo]:
    if db.engine == "sqlite":
        found: list[Any] = [
            (name, kind, not not_null, default, position)
            for _, name, kind, not_null, default, position in db.fetch_all(f"PRAGMA table_info({_quoted(table)})")
        ]
    else:
        found = db.fetch_all(_POSTGRES_COLUMNS if db.engine == "postgres" else _MYSQL_COLUMNS, (table,))
    return [
        ColumnInfo(str(name).lower(), str(kind), bool(nullable), default, int(position))
        for name, kind, nullable, default, position in found
    ]


def _indexes(db: Database, table: str) -> list[IndexInfo]:
    if db.engine == "sqlite":
        texts = {str(name): str(text or "") for name, text in db.fetch_all(_SQLITE_INDEX_TEXTS, (table,))}
        found: list[Any] = [
            (row[1], row[2], row[3] == "pk", re.sub(r"\s+", " ", texts.get(row[1], "")))
            for row in db.fetch_all(f"PRAGMA index_list({_quoted(table)})")
        ]
    else:
        found = db.fetch_all(_POSTGRES_INDEXES if db.engine == "postgres" else _MYSQL_INDEXES, (table,))
    infos = [IndexInfo(str(row[0]), bool(row[1]), bool(row[2]), str(row[3])) for row in found]
    return sorted(infos, key=lambda info: info.name)


_SQLITE_INDEX_TEXTS: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND lower(tbl_name) = ?"


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
