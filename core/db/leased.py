"""Queues in tables, which several workers empty together: each row is taken by one of them, for a time."""

from collections.abc import Sequence
from typing import Final

from hubbub.core.db.database import Database
from hubbub.core.db.session import Row

MAX_ERROR: Final = 512


class LeasedRows:
    """A table with the columns id, createat, nextat, claim, attempts and lasterror. Times in ms.

    `nextat` is when a row may be taken. Whoever takes it sets that to the end of the lease, and `claim` to a mark of
    its own: what a dead worker had is taken by another once the lease has ended. `attempts` counts how often a row was
    taken.
    """

    def __init__(self, db: Database, table: str, columns: Sequence[str], order: Sequence[str]) -> None:
        """`columns` are what `claim` returns of a row; rows are taken in this `order`."""
        self._db = db
        self._table = f"{{{table}}}"
        self._columns = ", ".join(columns)
        self._order = ", ".join(order)

    def claim(self, mark: str, now: int, until: int, limit: int) -> list[Row]:
        """Take some rows that are due, for this caller alone, until its lease ends."""
        due = self._db.fetch_all(
            f"SELECT id FROM {self._table} WHERE nextat <= ? ORDER BY {self._order} LIMIT ?", (now, limit)
        )
        if not due:
            return []
        # Whoever is second finds that nextat has moved: an UPDATE looks at the row as it is by then, on every engine.
        sql, ids = self._db.in_list(
            f"UPDATE {self._table} SET claim = ?, nextat = ?, attempts = attempts + 1"
            " WHERE nextat <= ? AND id IN ({ids})",
            [row[0] for row in due],
        )
        if not self._db.execute(sql, (mark, until, now, *ids)):
            return []
        found, ids = self._db.in_list(
            f"SELECT {self._columns} FROM {self._table} WHERE claim = ? AND id IN ({{ids}}) ORDER BY {self._order}",
            [row[0] for row in due],
        )
        return self._db.fetch_all(found, (mark, *ids))

    def extend(self, mark: str, until: int) -> None:
        """Lengthen the lease of what a caller has taken."""
        self._db.execute(f"UPDATE {self._table} SET nextat = ? WHERE claim = ?", (until, mark))

    def delete(self, mark: str, ids: Sequence[str]) -> None:
        """Remove rows that are done with, except those that somebody else has by now."""
        if ids:
            sql, params = self._db.in_list(f"DELETE FROM {self._table} WHERE claim = ? AND id IN ({{ids}})", ids)
            self._db.execute(sql, (mark, *params))

    def defer(self, mark: str, row_id: str, next_at: int, error: str) -> None:
        """Have a row taken again at `next_at`, and keep why."""
        sql = f"UPDATE {self._table} SET claim = '', nextat = ?, lasterror = ? WHERE id = ? AND claim = ?"
        self._db.execute(sql, (next_at, error[:MAX_ERROR], row_id, mark))

    def release(self, mark: str, next_at: int, *, keeping: Sequence[str] = ()) -> None:
        """Give back, untried, what a caller has taken and still has, except some."""
        sql = f"UPDATE {self._table} SET claim = '', nextat = ?, attempts = attempts - 1 WHERE claim = ?"
        kept: tuple[str, ...] = ()
        if keeping:
            condition, kept = self._db.in_list(" AND NOT (id IN ({ids}))", keeping)
            sql += condition
        self._db.execute(sql, (next_at, mark, *kept))

    def count(self) -> int:
        """Return how many rows there are."""
        return int(self._db.fetch_value(f"SELECT COUNT(*) FROM {self._table}"))
