"""The table systems: facts about this installation that outlive every configuration."""

from typing import Final

from hubbub.core.db import Database

DIAGNOSTIC_ID: Final = "DiagnosticId"
INSTALLATION_DATE: Final = "InstallationDate"
"""When the first server started on this database (ms)."""
FIRST_ADMIN_VISIT: Final = "FirstAdminVisitMarketplace"
MAX_NAME: Final = 64
_COLUMNS: Final = ("name", "value")


class SystemStore:
    """Names and values."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, name: str, default: str = "") -> str:
        """Return a value."""
        value = self._db.fetch_value("SELECT value FROM {systems} WHERE name = ?", (name,))
        return default if value is None else str(value)

    def set(self, name: str, value: str) -> None:
        """Store a value."""
        self._db.upsert("systems", _COLUMNS, ("name",), [(name, value)])

    def set_once(self, name: str, value: str) -> str:
        """Store a value unless there is one; return the one there is. The same in all workers."""
        self._db.insert_many("systems", _COLUMNS, [(name, value)], ignore_duplicates=True)
        return self.get(name)

    def set_first(self, name: str, value: str) -> bool:
        """Store a value unless there is one; say whether this call did it."""
        known = self._db.fetch_one("SELECT 1 FROM {systems} WHERE name = ?", (name[:MAX_NAME],))
        if known is None:
            self._db.insert_many("systems", _COLUMNS, [(name[:MAX_NAME], value)], ignore_duplicates=True)
        return known is None
