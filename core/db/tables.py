"""Tables as peewee models, and their definition as SQL."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import peewee

from hubbub.core.db.dialects import Engine
from hubbub.core.db.fields import Column, EnumField, Text, Varchar

_MYSQL_KEY_CHARACTERS: Final = 760  # 3072 bytes of four per character, less the room for the other columns' lengths
_MYSQL_PREFIX: Final = 190
_OPERATOR_CLASS: Final = re.compile(r"\s+\w+_ops\b")
_PLAIN_COLUMN: Final = re.compile(r'"?(\w+)"?(\s+DESC)?', re.I)
_LOWERED: Final = re.compile(r"lower\((\w+)\)", re.I)


@dataclass(frozen=True)
class Index:
    """An index by its name in the schema.

    `columns` as SQL: `createat`, `updateat DESC`, `lower(name)`, `lower(email) text_pattern_ops`. `where` makes it
    partial. `using="gin"` is for PostgreSQL's full text alone; other engines leave such an index out. `constraint`
    makes it a UNIQUE constraint on PostgreSQL.
    """

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""
    using: str = "btree"
    constraint: bool = False

    def __init__(
        self,
        name: str,
        *columns: str,
        unique: bool = False,
        where: str = "",
        using: str = "btree",
        constraint: bool = False,
    ) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "unique", unique or constraint)
        object.__setattr__(self, "where", where)
        object.__setattr__(self, "using", using)
        object.__setattr__(self, "constraint", constraint)


class Table(peewee.Model):
    """Base of all models; not bound to a database, so that one process can serve several.

    `Meta.table_name` is the schema's; the primary key is a field with `primary_key=True`, `Meta.primary_key =
    CompositeKey(...)`, or False.
    """

    table_indexes: ClassVar[tuple[Index, ...]] = ()


def table_name(model: type[Table]) -> str:
    """Return the table's name in the schema."""
    return str(model._meta.table_name)


def columns_of(model: type[Table]) -> list[Column]:
    """Return the model's columns as declared."""
    return list(model._meta.sorted_fields)


def primary_key_of(model: type[Table]) -> list[str]:
    """Return the columns of the primary key, empty for none."""
    key = model._meta.primary_key
    if not key:
        return []
    if isinstance(key, peewee.CompositeKey):
        return [model._meta.fields[name].column_name for name in key.field_names]
    return [key.column_name]


def enums_of(model: type[Table]) -> Iterator[EnumField]:
    """Yield the columns that need a type of their own on PostgreSQL."""
    return (column for column in columns_of(model) if isinstance(column, EnumField))


def column_sql(column: Column, dialect: Any) -> str:
    """Return the definition of `column` for CREATE TABLE or ADD COLUMN."""
    engine: Engine = dialect.engine
    kind = column.type_for(engine)
    if engine == "mysql" and kind == "longtext" and column.column_name in primary_key_of(column.model):
        kind = f"varchar({_MYSQL_PREFIX})"  # a text can't be in a key there
    parts = [dialect.quote(column.column_name), kind]
    if not column.null:
        parts.append("NOT NULL")
    default = column.default_for(engine)
    if default:
        parts.append(f"DEFAULT {default}")
    return " ".join(parts)


def create_table_sql(model: type[Table], dialect: Any) -> str:
    """Return the CREATE TABLE statement (source text), without its indexes."""
    lines = [column_sql(column, dialect) for column in columns_of(model)]
    key = primary_key_of(model)
    if key:
        lines.append(f"PRIMARY KEY ({', '.join(dialect.quote(name) for name in key)})")
    if dialect.engine == "postgres":
        lines += [
            f"CONSTRAINT {index.name} UNIQUE ({', '.join(_quoted(index.columns))})"
            for index in model.table_indexes
            if index.constraint
        ]
    suffix = f" DEFAULT CHARACTER SET utf8mb4 COLLATE {dialect.collation}" if dialect.engine == "mysql" else ""
    return f"CREATE TABLE IF NOT EXISTS {{{table_name(model)}}} (\n  " + ",\n  ".join(lines) + f"\n){suffix}"


def create_index_sql(model: type[Table], index: Index, dialect: Any) -> str | None:
    """Return the CREATE INDEX statement (source text), None where the engine does without this index."""
    engine: Engine = dialect.engine
    if index.using != "btree" and engine != "postgres":
        return None
    columns = _quoted(index.columns)
    if index.constraint and engine == "postgres":
        return f"ALTER TABLE {{{table_name(model)}}} ADD CONSTRAINT {index.name} UNIQUE ({', '.join(columns)})"
    if engine == "mysql":
        return _mysql_index_sql(model, index)
    if engine == "sqlite":
        columns = [_OPERATOR_CLASS.sub("", text) for text in columns]
    unique = "UNIQUE " if index.unique else ""
    using = f" USING {index.using}" if engine == "postgres" else ""
    where = f" WHERE {index.where}" if index.where else ""
    head = f"CREATE {unique}INDEX IF NOT EXISTS {index.name} ON {{{table_name(model)}}}"
    return f"{head}{using} ({', '.join(columns)}){where}"


def _quoted(columns: Iterable[str]) -> list[str]:
    """Return the index's columns with plain names quoted: some are words of SQL (`timestamp`)."""
    return [_PLAIN_COLUMN.sub(r'"\1"\2', text) if _PLAIN_COLUMN.fullmatch(text) else text for text in columns]


def _mysql_index_sql(model: type[Table], index: Index) -> str | None:
    """Return the index as MySQL can have it: no expression, no condition, long texts by their beginning.

    A unique index with a condition becomes an ordinary one: without the condition it would refuse good rows. One that
    begins with the primary key is left out: rows lie in that order anyway. Worse, MariaDB looks by it for the row to
    update, waits for whoever changes one of its other columns, and then finds no row: the update would be lost.
    """
    sizes = {column.column_name: _mysql_size(column) for column in columns_of(model)}
    names: list[tuple[str, str]] = []
    for text in index.columns:
        bare = _LOWERED.sub(r"\1", _OPERATOR_CLASS.sub("", text))
        match = _PLAIN_COLUMN.fullmatch(bare)
        if match is None:
            return None
        names.append((match[1], match[2] or ""))
    key = primary_key_of(model)
    if key and not index.unique and [name for name, _ in names[: len(key)]] == key:
        return None
    is_long = sum(sizes[name] for name, _ in names) > _MYSQL_KEY_CHARACTERS
    columns = [
        f'"{name}"' + (f"({_MYSQL_PREFIX})" if is_long and sizes[name] > _MYSQL_PREFIX else "") + descending
        for name, descending in names
    ]
    unique = "UNIQUE " if index.unique and not index.where else ""
    return f"CREATE {unique}INDEX {index.name} ON {{{table_name(model)}}} ({', '.join(columns)})"


def _mysql_size(column: Column) -> int:
    if isinstance(column, Text) or column.type_for("mysql") == "longtext":
        return 10_000
    return column.length or 0 if isinstance(column, Varchar) else 16
