"""Columns of the schema, and how each engine writes their types.

A model says `create_at = BigInt()`; the column is `createat`, as the schema has it. `null` and `db_default` are the
column's own, `default` is peewee's (given on insert by model).
"""

from collections.abc import Sequence
from typing import Any, Final

import peewee

from hubbub.core.db.dialects import Engine

_MAX_MYSQL_VARCHAR: Final = 4096


class Raw:
    """A default that is an SQL expression rather than a value."""

    def __init__(self, sql: str) -> None:
        self.sql = sql


NO_DEFAULT: Final = Raw("")


class Column(peewee.Field):
    """A column with one type per engine."""

    def __init__(
        self,
        *,
        null: bool = False,
        default: Any = None,
        db_default: str | int | bool | Raw = NO_DEFAULT,
        primary_key: bool = False,
        column_name: str | None = None,
    ) -> None:
        super().__init__(null=null, default=default, primary_key=primary_key, column_name=column_name)
        self.db_default = db_default

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        """Take the attribute's name without underscores as the column's, unless one was given."""
        if not self.column_name:
            self.column_name = name.replace("_", "")
        super().bind(model, name, set_attribute)

    def type_for(self, engine: Engine) -> str:
        """Return the column's type as `engine` writes it."""
        raise NotImplementedError

    def default_for(self, engine: Engine) -> str:
        """Return the DEFAULT expression, empty when there is none."""
        value = self.db_default
        if isinstance(value, Raw):
            return value.sql
        if engine == "mysql" and self.type_for(engine) in ("longtext", "json", "longblob"):
            return ""  # MySQL refuses defaults there
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


class Simple(Column):
    """A column whose type takes no argument."""

    types: dict[Engine, str]

    def type_for(self, engine: Engine) -> str:
        return self.types[engine]


def _types(postgres: str, sqlite: str, mysql: str) -> dict[Engine, str]:
    return {"postgres": postgres, "sqlite": sqlite, "mysql": mysql}


class Varchar(Column):
    """Text of at most `length` characters, of any length without it."""

    def __init__(self, length: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.length = length

    def type_for(self, engine: Engine) -> str:
        if engine == "mysql" and (self.length is None or self.length > _MAX_MYSQL_VARCHAR):
            return "longtext"
        name = "character varying" if engine == "postgres" else "varchar"
        return name if self.length is None else f"{name}({self.length})"


class Id(Varchar):
    """An id of 26 characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(26, **options)


class Char(Varchar):
    """Text of exactly `length` characters, padded with spaces (on PostgreSQL)."""

    def type_for(self, engine: Engine) -> str:
        return f"{'character' if engine == 'postgres' else 'char'}({self.length})"


class BigInt(Simple):
    """A 64-bit number: all times are in milliseconds since 1970."""

    types = _types("bigint", "bigint", "bigint")


class Int(Simple):
    """A 32-bit number."""

    types = _types("integer", "integer", "integer")


class SmallInt(Simple):
    """A 16-bit number."""

    types = _types("smallint", "smallint", "smallint")


class Bool(Simple):
    """True or false; read as 0 and 1 on SQLite and MySQL."""

    types = _types("boolean", "boolean", "tinyint(1)")


class Text(Simple):
    """Text of any length."""

    types = _types("text", "text", "longtext")


class Json(Simple):
    """A JSON value; text (str) in both directions."""

    types = _types("jsonb", "text", "json")


class Bytes(Simple):
    """Bytes of any length."""

    types = _types("bytea", "blob", "longblob")


class Real(Simple):
    """A floating-point number."""

    types = _types("real", "real", "double")


class Other(Column):
    """A column of a type that few tables have: each engine's text."""

    def __init__(self, postgres: str, *, sqlite: str = "text", mysql: str = "longtext", **options: Any) -> None:
        super().__init__(**options)
        self._types = _types(postgres, sqlite, mysql)

    def type_for(self, engine: Engine) -> str:
        return self._types[engine]


class EnumField(Column):
    """One of `labels`; a type of its own on PostgreSQL, made when it is missing."""

    def __init__(self, type_name: str, labels: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self.type_name = type_name
        self.labels = tuple(labels)

    def type_for(self, engine: Engine) -> str:
        return self.type_name if engine == "postgres" else "varchar(64)"
