"""The table systems: facts about this installation that outlive every configuration."""

from typing import Final

from hubbub.core.db import Database

DIAGNOSTIC_ID: Final = "DiagnosticId"
INSTALLATION_DATE: Final = "InstallationDate"
"""When the first server started on this database (ms)."""
FIRST_ADMIN_VISIT: Final = "FirstAdminVisitMarketplace"
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
