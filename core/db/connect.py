"""From SqlSettings to the parts of one engine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hubbub.core.db import url
from hubbub.core.db.dialects import Dialect, Engine, MysqlDialect, PostgresDialect, SqliteDialect
from hubbub.core.db.lag_queries import LagQueries, LagQuery
from hubbub.core.db.pool import ServerPool
from hubbub.core.db.progress import MysqlProgress, PostgresProgress, Progress
from hubbub.core.db.replicas import Replicas, Upstream
from hubbub.core.db.session import Pool
from hubbub.core.db.sqlite import SqlitePool, SqliteSession
from hubbub.core.db.statement import Statement, is_read, render

_DEFAULT_TIMEOUT_S: Final = 30
_INTERVAL_S: Final = 5


@dataclass(frozen=True)
class EngineParts:
    """What a `Database` is made of. `query_timeout` in seconds."""

    dialect: Dialect
    pool: Pool
    session_type: Any
    query_timeout: float
    make_statement: Callable[[str, Dialect], Statement]
    replicas: Replicas
    progress: Progress | None = None
    """How the engine tells how far it is, where there can be replicas."""
    make_kept: Callable[[str, Dialect], Statement] | None = None
    """For statements that are run many times, where that makes a difference."""


def prepare(sql: str, dialect: Dialect) -> Statement:
    """Return `sql` rendered for `dialect`."""
    text = render(sql, parameter=dialect.parameter, words=dialect.words, table=dialect.table)
    return Statement(sql, text, is_read(sql))


def connect(settings: Any, data_directory: str | Path) -> EngineParts:
    """Return the engine's parts for `settings`; nothing is connected yet. Raises `BadDataSource`."""
    engine = url.engine_of(settings.DriverName)
    timeout = float(settings.QueryTimeout) if settings.QueryTimeout > 0 else float(_DEFAULT_TIMEOUT_S)
    return _PARTS[engine](settings, timeout, data_directory)


def _sqlite(settings: Any, timeout: float, data_directory: str | Path) -> EngineParts:
    path = url.sqlite_path(settings.DataSource, data_directory)
    return EngineParts(SqliteDialect(), SqlitePool(path, timeout), SqliteSession, timeout, prepare, Replicas())


def _postgres(settings: Any, timeout: float, data_directory: str | Path) -> EngineParts:
    from hubbub.core.db import postgres  # drivers of servers are loaded only where they are used
    from hubbub.core.db.kept_plans import KeptText

    def pool(data_source: str) -> ServerPool:
        parameters = postgres.parameters(url.postgres_source(data_source, postgres.is_option))
        return _server_pool(settings, timeout, postgres.connector(parameters, timeout))

    def keep(sql: str, dialect: Dialect) -> Statement:
        statement = prepare(sql, dialect)
        statement.text = KeptText(statement.text)
        return statement

    dialect, primary, progress = PostgresDialect(), pool(settings.DataSource), PostgresProgress()
    replicas = _replicas(settings, Upstream(primary, progress, _beats(dialect)), pool)
    return EngineParts(dialect, primary, postgres.PostgresSession, timeout, prepare, replicas, progress, keep)


def _mysql(settings: Any, timeout: float, data_directory: str | Path) -> EngineParts:
    from hubbub.core.db import mysql

    dialect = MysqlDialect()

    def pool(data_source: str) -> ServerPool:
        source = url.mysql_source(data_source)
        return _server_pool(settings, timeout, mysql.connector(source, timeout, dialect))

    primary, progress = pool(settings.DataSource), MysqlProgress()
    replicas = _replicas(settings, Upstream(primary, progress, _beats(dialect)), pool)
    return EngineParts(dialect, primary, mysql.MysqlSession, timeout, LateStatement, replicas, progress)


def _beats(dialect: Dialect) -> str:
    return dialect.upsert(("id",), ("beat", "beatat"))


def _replicas(settings: Any, primary: Upstream, pool: Callable[[str], ServerPool]) -> Replicas:
    def pools(name: str) -> list[ServerPool]:
        sources = [source for source in getattr(settings, name, None) or () if source]
        return [pool(source) for source in sources if source != settings.DataSource]

    interval = float(getattr(settings, "ReplicaMonitorIntervalSeconds", 0) or _INTERVAL_S)
    lag_queries = [
        LagQuery(pool(entry.DataSource), entry.QueryAbsoluteLag, entry.QueryTimeLag)
        for entry in getattr(settings, "ReplicaLagSettings", None) or ()
        if entry.DataSource
    ]
    reading, searching = pools("DataSourceReplicas"), pools("DataSourceSearchReplicas")
    return Replicas(primary, reading, searching, interval, LagQueries(lag_queries))


def _server_pool(settings: Any, timeout: float, connect: Callable[[], Any]) -> ServerPool:
    return ServerPool(
        connect,
        max_open=settings.MaxOpenConns,
        max_idle=settings.MaxIdleConns,
        max_lifetime=settings.ConnMaxLifetimeMilliseconds / 1000,
        max_idle_time=settings.ConnMaxIdleTimeMilliseconds / 1000,
        wait=timeout,
    )


class LateStatement(Statement):
    """A statement that is rendered when it is first run: only then is known how the tables are spelled."""

    __slots__ = ("_dialect", "_rendered")

    def __init__(self, source: str, dialect: Dialect) -> None:
        self.source = source
        self.reads = is_read(source)
        self._dialect = dialect
        self._rendered = ""

    @property
    def text(self) -> str:  # type: ignore[override]  # rendered late: no slot here
        if not self._rendered:
            self._rendered = prepare(self.source, self._dialect).text
        return self._rendered

    def replace_text(self, text: str) -> None:
        self._rendered = text


_PARTS: Final[dict[Engine, Callable[[Any, float, str | Path], EngineParts]]] = {
    "sqlite": _sqlite,
    "postgres": _postgres,
    "mysql": _mysql,
}
