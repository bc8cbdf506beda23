"""Which Mattermost server made this database, as its own list of migrations tells."""

from dataclasses import dataclass
from typing import Final

from hubbub.core.db.catalog import columns_by_table, table_names
from hubbub.core.db.database import Database
from hubbub.core.db.older import NEWER, Missing

NEWEST_KNOWN: Final = 159
"""The last migration of Mattermost 11.6."""
OLDEST_KNOWN: Final = 121
"""The last migration of Mattermost 9.10: v9.11 and later are at least there."""
_FIRST_OF_11: Final = 144
"""The first migration that certainly came with version 11: which version brought 142 and 143 isn't certain."""
_TABLE: Final = "db_migrations"


@dataclass(frozen=True)
class MattermostSchema:
    """What the table db_migrations says."""

    applied: frozenset[int]

    @property
    def latest(self) -> int:
        """The number of the newest migration, 0 when none is recorded."""
        return max(self.applied, default=0)

    @property
    def knows_pbkdf2(self) -> bool:
        """Whether that server surely understands password hashes in PBKDF2 (version 11); older ones know bcrypt."""
        return self.latest >= _FIRST_OF_11

    @property
    def text(self) -> str:
        """The version in words."""
        if self.latest > NEWEST_KNOWN:
            about = "newer than 11.6"
        elif self.latest == NEWEST_KNOWN:
            about = "11.6"
        elif self.latest >= _FIRST_OF_11:
            about = "11.x"
        elif self.latest > OLDEST_KNOWN:
            about = "between 9.11 and 11.0"
        else:
            about = "9.10 or 9.11" if self.latest == OLDEST_KNOWN else "older than 9.10"
        return f"Mattermost {about} (migration {self.latest})"


def mattermost_schema(db: Database) -> MattermostSchema | None:
    """Return what a Mattermost server recorded in this database; None when none made it."""
    if _TABLE not in table_names(db):
        return None
    rows = db.fetch_all("SELECT version FROM {db_migrations}")
    return MattermostSchema(frozenset(int(row[0]) for row in rows))


def missing_columns(db: Database) -> Missing:
    """Return the columns of the schema that this database's tables lack, because an older Mattermost made them."""
    found = columns_by_table(db)
    missing = {
        table: {column: default for column, default in columns.items() if column not in found[table]}
        for table, columns in NEWER.items()
        if table in found
    }
    return {table: columns for table, columns in missing.items() if columns}
