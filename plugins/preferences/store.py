"""Queries on the table preferences."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core.contracts.preferences import Preference
from hubbub.core.db import Database

_COLUMNS: Final = ("userid", "category", "name", "value")
_KEY: Final = ("userid", "category", "name")
_SELECT: Final = "SELECT userid, category, name, value FROM {preferences} WHERE userid = ?"
_DELETE: Final = "DELETE FROM {preferences} WHERE userid = ? AND category = ? AND name = ?"


class PreferenceStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def all_of(self, user_id: str) -> list[Preference]:
        """Return every preference of the user."""
        return _records(self._db.fetch_all(f"{_SELECT} ORDER BY category, name", (user_id,)))

    def category(self, user_id: str, category: str) -> list[Preference]:
        """Return the preferences of a category."""
        return _records(self._db.fetch_all(f"{_SELECT} AND category = ? ORDER BY name", (user_id, category)))

    def get(self, user_id: str, category: str, name: str) -> Preference | None:
        """Return one preference, None when it was never set."""
        rows = self._db.fetch_all(f"{_SELECT} AND category = ? AND name = ?", (user_id, category, name))
        return _records(rows)[0] if rows else None

    def values_of(self, user_ids: Iterable[str], category: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return name → user id → value for those of the users who have them."""
        wanted = " OR ".join(["name = ?"] * len(names))
        sql = (
            f"SELECT name, userid, value FROM {{preferences}} WHERE category = ? AND ({wanted}) AND userid IN ({{ids}})"
        )
        found: dict[str, dict[str, str]] = {name: {} for name in names}
        for name, user_id, value in self._db.select_in(sql, user_ids, (category, *names)):
            if name in found:  # MySQL finds names in other cases, too
                found[name][user_id] = value or ""
        return found

    def save(self, preferences: Iterable[Preference]) -> None:
        """Insert or replace. In the order of the key, so that two saves at once can't wait for each other."""
        rows = {
            (preference.user_id, preference.category, preference.name): preference.value for preference in preferences
        }
        self._db.upsert("preferences", _COLUMNS, _KEY, [(*key, value) for key, value in sorted(rows.items())])

    def delete(self, preferences: Iterable[Preference]) -> None:
        """Remove those that are there."""
        keys = {(preference.user_id, preference.category, preference.name) for preference in preferences}
        self._db.execute_many(_DELETE, sorted(keys))

    def erase(self, category: str, names: Sequence[str]) -> None:
        """Remove everybody's preferences of some names in a category."""
        sql, values = self._db.in_list("DELETE FROM {preferences} WHERE category = ? AND name IN ({ids})", names)
        self._db.execute(sql, (category, *values))


def _records(rows: Sequence[tuple[Any, ...]]) -> list[Preference]:
    return [Preference(user_id=row[0], category=row[1], name=row[2], value=row[3] or "") for row in rows]
