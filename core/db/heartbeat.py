"""The table of heartbeats (see `progress.Heartbeats`)."""

from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.db.catalog import table_names
from hubbub.core.db.database import Database
from hubbub.core.db.fields import BigInt, Varchar
from hubbub.core.db.lock import shared_lock
from hubbub.core.db.migrator import Migrator
from hubbub.core.db.tables import Table

TABLE: Final = "hb_heartbeats"
_LOCK_WAIT_S: Final = 60
_KEPT_MS: Final = 24 * 3600 * 1000


class Heartbeat(Table):
    """The last beat of each process that reads from replicas."""

    id = Varchar(26, primary_key=True)
    beat = BigInt()
    beat_at = BigInt()

    class Meta:
        table_name = TABLE


def prepare(db: Database) -> None:
    """Make the table where replicas are configured, and forget processes that ended long ago."""
    if not db.replicas:
        return
    if TABLE not in table_names(db):
        with shared_lock(db, "migrations", wait=_LOCK_WAIT_S), db.transaction():
            Migrator(db).create_table(Heartbeat)
    db.execute("DELETE FROM {hb_heartbeats} WHERE beatat < ?", (now_ms() - _KEPT_MS,))
