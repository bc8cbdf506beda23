"""Indexes on tables that are in use: built by PostgreSQL beside everybody's work, outside a transaction."""

from dataclasses import dataclass
from typing import Final

from hubbub.core.db.database import Database

_GRACE_S: Final = 5.0
_INVALID: Final = (
    "SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relname = %s AND n.nspname = current_schema() AND NOT i.indisvalid"
)


@dataclass(frozen=True)
class OnlineIndex:
    """An index to build; `sql` is the CREATE INDEX CONCURRENTLY (source text)."""

    name: str
    sql: str


def build(db: Database, indexes: list[OnlineIndex], timeout: float) -> None:
    """Build `indexes`, each within `timeout` seconds. What an interrupted build left of one is dropped first."""
    session = db.pool.connect_alone()
    try:
        session.execute(f"SET statement_timeout = {int(timeout * 1000)}", ())
        session.connection.patience = timeout + _GRACE_S
        for index in indexes:
            if session.fetch_one(_INVALID, (index.name,)):
                session.execute(f"DROP INDEX CONCURRENTLY {index.name}", ())
            session.execute(str(db.prepare(index.sql).text), ())
    except Exception as error:
        named = session.translate(error)
        if named is None:
            raise
        raise named from error
    finally:
        session.close()
