"""Queries on the table postreminders."""

from collections.abc import Sequence
from typing import Final

import msgspec

from hubbub.core.db import Database

_COLUMNS: Final = ("targettime", "userid", "postid")


class Reminder(msgspec.Struct, frozen=True):
    """Who is to be reminded of what, and when (s)."""

    target_time: int
    user_id: str
    post_id: str


class ReminderStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, reminder: Reminder) -> None:
        """Insert, or replace the time."""
        self._db.upsert("postreminders", _COLUMNS, ("postid", "userid"), [msgspec.structs.astuple(reminder)])

    def due(self, now: int, after: Reminder, limit: int) -> list[Reminder]:
        """Return some whose time has come by `now` (s), in the order of their times, behind `after`."""
        sql = (
            "SELECT targettime, userid, postid FROM {postreminders} WHERE targettime <= ? AND targettime >= ?"
            " AND (targettime > ? OR userid > ? OR (userid = ? AND postid > ?))"
            " ORDER BY targettime, userid, postid LIMIT ?"
        )
        user_id = after.user_id
        params = (now, after.target_time, after.target_time, user_id, user_id, after.post_id, limit)
        return [Reminder(*row) for row in self._db.fetch_all(sql, params)]

    def delete(self, reminder: Reminder) -> None:
        """Delete it, unless it has been set to another time."""
        sql = "DELETE FROM {postreminders} WHERE targettime = ? AND userid = ? AND postid = ?"
        self._db.execute(sql, msgspec.structs.astuple(reminder))

    def erase(self, post_ids: Sequence[str]) -> None:
        """Remove those of posts that are gone for good."""
        sql, ids = self._db.in_list("DELETE FROM {postreminders} WHERE postid IN ({ids})", post_ids)
        self._db.execute(sql, ids)
