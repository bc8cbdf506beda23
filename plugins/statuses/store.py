"""Queries on the table status. Each change names what it expects, so that workers can't overrule each other."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.contracts.statuses import AWAY, DND, OFFLINE, ONLINE, Status
from hubbub.core.db import Database

_COLUMNS: Final = ("userid", "status", "manual", "lastactivityat", "dndendtime", "prevstatus")
_AUTOMATIC: Final = "(manual IS NULL OR manual = ?)"
_CHUNK: Final = 500


class StatusStore:
    """Rows in, records out. Times in ms, but for dndendtime (seconds)."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._touch = db.prepare(
            "UPDATE {status} SET lastactivityat = ?"
            f" WHERE userid = ? AND status = ? AND {_AUTOMATIC} AND lastactivityat < ?"
        )

    def get_many(self, user_ids: Iterable[str]) -> dict[str, Status]:
        """Return the statuses that are stored, by user id."""
        sql = "SELECT userid, status, manual, lastactivityat, dndendtime FROM {status} WHERE userid IN ({ids})"
        return {row[0]: _record(row) for row in self._db.select_in(sql, user_ids)}

    def touch(self, user_id: str, now: int) -> bool:
        """Note activity of a user who is online; False for one who isn't (or chose a status)."""
        return bool(self._db.execute(self._touch, (now, user_id, ONLINE, False, now)))

    def set_online(self, user_id: str, now: int) -> bool:
        """Set online; False for a user who chose a status."""
        sql = f"UPDATE {{status}} SET status = ?, manual = ?, lastactivityat = ? WHERE userid = ? AND {_AUTOMATIC}"
        if self._db.execute(sql, (ONLINE, False, now, user_id, False)):
            return True
        row = (user_id, ONLINE, False, now, 0, "")
        self._db.insert_many("status", _COLUMNS, [row], ignore_duplicates=True)
        return self.get_many([user_id])[user_id].status == ONLINE

    def set_away(self, user_id: str, idle_since: int) -> bool:
        """Set away a user who is online and has done nothing since `idle_since`."""
        sql = (
            f"UPDATE {{status}} SET status = ? WHERE userid = ? AND status = ? AND {_AUTOMATIC} AND lastactivityat <= ?"
        )
        return bool(self._db.execute(sql, (AWAY, user_id, ONLINE, False, idle_since)))

    def set_offline(self, user_ids: Iterable[str]) -> list[str]:
        """Set offline those of the users who are online or away by themselves; return whom that may have changed."""
        changed: list[str] = []
        wanted = sorted(set(user_ids))
        which = f"status IN ('{ONLINE}', '{AWAY}') AND {_AUTOMATIC} AND userid IN ({{ids}})"
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            present = [
                row[0] for row in self._db.select_in(f"SELECT userid FROM {{status}} WHERE {which}", chunk, (False,))
            ]
            if present:
                sql, ids = self._db.in_list(f"UPDATE {{status}} SET status = ? WHERE {which}", sorted(present))
                self._db.execute(sql, (OFFLINE, False, *ids))
                changed += present
        return changed

    def save_manual(self, status: Status) -> None:
        """Store what a user chose; `prevstatus` remembers what a timed "do not disturb" goes back to."""
        with self._db.transaction():
            row = self._db.fetch_one("SELECT status, prevstatus FROM {status} WHERE userid = ?", (status.user_id,))
            before = "" if row is None else (row[1] if row[0] == DND else row[0]) or ""
            values = (
                status.user_id, status.status, status.manual, status.last_activity_at, status.dnd_end_time, before,
            )  # fmt: skip
            self._db.upsert("status", _COLUMNS, ("userid",), [values])

    def ended_dnd(self, now_s: int) -> list[tuple[str, str, int]]:
        """Return (user id, status before, end) of those whose "do not disturb" is over at `now_s` (seconds)."""
        sql = (
            "SELECT userid, prevstatus, dndendtime FROM {status}"
            " WHERE status = ? AND dndendtime > 0 AND dndendtime <= ?"
        )
        return [(row[0], row[1] or "", int(row[2])) for row in self._db.fetch_all(sql, (DND, now_s))]

    def end_dnd(self, user_id: str, end: int, status: str) -> bool:
        """End the "do not disturb" that lasts until `end`; True in the one worker that did it."""
        sql = (
            "UPDATE {status} SET status = ?, prevstatus = ?, dndendtime = 0, manual = ?"
            " WHERE userid = ? AND status = ? AND dndendtime = ?"
        )
        return bool(self._db.execute(sql, (status, DND, False, user_id, DND, end)))

    def present(self, limit: int) -> dict[str, str]:
        """Return user id → status of those who aren't offline."""
        sql = "SELECT userid, status FROM {status} WHERE status <> ? LIMIT ?"
        return {row[0]: row[1] for row in self._db.fetch_all(sql, (OFFLINE, limit))}

    def forgotten(self, idle_since: int, after: str, limit: int) -> list[str]:
        """Return users who are online or away by themselves but idle since then: sorted ids greater than `after`."""
        sql = (
            f"SELECT userid FROM {{status}} WHERE status IN ('{ONLINE}', '{AWAY}') AND {_AUTOMATIC}"
            " AND lastactivityat < ? AND userid > ? ORDER BY userid LIMIT ?"
        )
        return [row[0] for row in self._db.fetch_all(sql, (False, idle_since, after, limit))]


def _record(row: tuple[Any, ...]) -> Status:
    return Status(
        user_id=row[0],
        status=row[1] or OFFLINE,
        manual=bool(row[2]),
        last_activity_at=row[3] or 0,
        dnd_end_time=row[4] or 0,
    )
