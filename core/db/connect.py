"""From SqlSettings to the parts of one engine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hubbub.core.db import url
from hubbub.core.db.dialects import Dialect, SqliteDialect
from hubbub.core.db.errors import BadDataSource
from hubbub.core.db.session import Pool
from hubbub.core.db.statement import Statement, is_read, render

_DEFAULT_TIMEOUT_S: Final = 30


@dataclass(frozen=True)
class EngineParts:
    """What a `Database` is made of. `query_timeout` in seconds."""

    dialect: Dialect
    pool: Pool
    session_type: Any
    query_timeout: float
    make_statement: Callable[[str, Dialect], Statement]


def prepare(sql: str, dialect: Dialect) -> Statement:
    """Return `sql` rendered for `dialect`."""
    text = render(sql, parameter=dialect.parameter, words=dialect.words, table=dialect.table)
    return Statement(sql, text, is_read(sql))


def connect(settings: Any, data_directory: str | Path) -> EngineParts:
    """Return the engine's parts for `settings`; nothing is connected yet. Raises `BadDataSource`."""
    engine = url.engine_of(settings.DriverName)
    timeout = float(settings.QueryTimeout) if settings.QueryTimeout > 0 else float(_DEFAULT_TIMEOUT_S)
    if engine == "sqlite":
        from hubbub.core.db.sqlite import SqlitePool, SqliteSession

        path = url.sqlite_path(settings.DataSource, data_directory)
        return EngineParts(SqliteDialect(), SqlitePool(path, timeout), SqliteSession, timeout, prepare)
    raise BadDataSource(f"{engine} comes next")
