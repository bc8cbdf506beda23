"""One file per engine for what its SQL says differently."""

from hubbub.core.db.dialects.base import Dialect, Engine
from hubbub.core.db.dialects.mysql import MysqlDialect
from hubbub.core.db.dialects.postgres import PostgresDialect
from hubbub.core.db.dialects.sqlite import SqliteDialect

__all__ = ["Dialect", "Engine", "MysqlDialect", "PostgresDialect", "SqliteDialect"]
