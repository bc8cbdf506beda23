"""SQLite, the embedded default."""

from collections.abc import Mapping
from typing import ClassVar

from hubbub.core.db.dialects.base import Dialect, Engine


class SqliteDialect(Dialect):
    """SQLite 3.38 or later (the JSON operators, RETURNING, upserts)."""

    engine: ClassVar[Engine] = "sqlite"
    parameter: ClassVar[str] = "?"
    words: ClassVar[Mapping[str, str]] = {"greatest": "max", "least": "min", "ilike": "LIKE", "for_update": ""}
    lists: ClassVar[bool] = False
    max_parameters: ClassVar[int] = 30_000

    def json_text(self, column: str, key: str) -> str:
        return f"({column} ->> '$.{key}')"
