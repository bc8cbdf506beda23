"""PostgreSQL, the engine of the reference schema."""

from collections.abc import Mapping
from typing import ClassVar

from hubbub.core.db.dialects.base import Dialect, Engine


class PostgresDialect(Dialect):
    """PostgreSQL 11 or later."""

    engine: ClassVar[Engine] = "postgres"
    parameter: ClassVar[str] = "%s"
    words: ClassVar[Mapping[str, str]] = {
        "greatest": "GREATEST",
        "least": "LEAST",
        "ilike": "ILIKE",
        "for_update": "FOR UPDATE",
    }
    lists: ClassVar[bool] = True
    max_parameters: ClassVar[int] = 30_000

    def json_text(self, column: str, key: str) -> str:
        return f"({column} ->> '{key}')"
