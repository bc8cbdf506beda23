"""Queries on the table scheduledposts."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import UNSET

from hubbub.core import json
from hubbub.core.contracts.drafts import ScheduledPost
from hubbub.core.db import Database

_COLUMNS: Final = (
    "id", "createat", "updateat", "userid", "channelid", "rootid", "message", "type", "props", "fileids", "priority",
    "scheduledat", "processedat", "errorcode",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{scheduledposts}} WHERE "
_NO_ERROR: Final = "COALESCE(errorcode, '') = ''"
_FREE: Final = f"(COALESCE(processedat, 0) = 0 OR NOT {_NO_ERROR})"
"""No worker is sending it."""


class ScheduledPostStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of_user(self, user_id: str) -> list[ScheduledPost]:
        """Return the user's scheduled posts, the next first."""
        rows = self._db.fetch_all(f"{_SELECT} userid = ? ORDER BY scheduledat, createat, id", (user_id,))
        return [_to_scheduled(row) for row in rows]

    def get(self, scheduled_post_id: str) -> ScheduledPost | None:
        """Return a scheduled post, or None."""
        row = self._db.fetch_one(f"{_SELECT} id = ?", (scheduled_post_id,))
        return None if row is None else _to_scheduled(row)

    def files_among(self, file_ids: Iterable[str]) -> set[str]:
        """Return those of the files that a scheduled post has. Reads all with files: for background work."""
        sql = "SELECT fileids FROM {scheduledposts} WHERE fileids LIKE '[\"%'"
        return {id for row in self._db.fetch_all(sql) for id in json.decode(row[0])}.intersection(file_ids)

    def insert(self, scheduled: ScheduledPost) -> None:
        """Insert a new one."""
        self._db.insert_many("scheduledposts", _COLUMNS, [_to_row(scheduled)])

    def update(self, scheduled: ScheduledPost) -> int:
        """Replace what may change, unless a worker is sending it; returns how many rows changed."""
        sql = (
            "UPDATE {scheduledposts} SET updateat = ?, message = ?, props = ?, fileids = ?, priority = ?,"
            f" scheduledat = ?, processedat = ?, errorcode = ? WHERE id = ? AND {_FREE}"
        )
        row = dict(zip(_COLUMNS, _to_row(scheduled), strict=True))
        names = "updateat message props fileids priority scheduledat processedat errorcode id".split()
        return self._db.execute(sql, [row[name] for name in names])

    def delete(self, scheduled_post_id: str) -> int:
        """Delete one, unless a worker is sending it; returns how many rows were deleted."""
        return self._db.execute(f"DELETE FROM {{scheduledposts}} WHERE id = ? AND {_FREE}", (scheduled_post_id,))

    def due(self, now: int, claimed_before: int, after: tuple[int, str], limit: int) -> list[ScheduledPost]:
        """Return some that are to be sent by `now`, in the order of their times, behind `after` (time, id).

        Left out are those that failed and those that a worker has been sending since `claimed_before`. No index
        helps: there are only those that aren't sent yet.
        """
        sql = (
            f"{_SELECT} scheduledat <= ? AND {_NO_ERROR} AND COALESCE(processedat, 0) < ?"
            " AND (scheduledat > ? OR (scheduledat = ? AND id > ?)) ORDER BY scheduledat, id LIMIT ?"
        )
        params = (now, claimed_before, after[0], after[0], after[1], limit)
        return [_to_scheduled(row) for row in self._db.fetch_all(sql, params)]

    def claim(self, scheduled: ScheduledPost, now: int) -> bool:
        """Note that this worker is sending it from `now` on; False when another was faster or it has changed."""
        sql = (
            "UPDATE {scheduledposts} SET processedat = ? WHERE id = ? AND COALESCE(processedat, 0) = ?"
            f" AND scheduledat = ? AND {_NO_ERROR}"
        )
        return self._db.execute(sql, (now, scheduled.id, scheduled.processed_at, scheduled.scheduled_at)) == 1

    def delete_claimed(self, scheduled_post_id: str) -> int:
        """Delete one that was sent; returns how many rows were deleted."""
        return self._db.execute("DELETE FROM {scheduledposts} WHERE id = ?", (scheduled_post_id,))

    def fail(self, scheduled: ScheduledPost) -> int:
        """Note why it could not be sent; returns how many rows changed."""
        sql = "UPDATE {scheduledposts} SET processedat = ?, errorcode = ? WHERE id = ?"
        return self._db.execute(sql, (scheduled.processed_at, scheduled.error_code, scheduled.id))


def _to_scheduled(row: tuple[Any, ...]) -> ScheduledPost:
    return ScheduledPost(
        id=row[0],
        create_at=row[1] or 0,
        update_at=row[2] or 0,
        user_id=row[3],
        channel_id=row[4],
        root_id=row[5] or "",
        message=row[6] or "",
        type=row[7] or "",
        # Other servers write null where there is nothing.
        props=json.decode(row[8] or "{}") or {},
        file_ids=json.decode(row[9] or "[]") or UNSET,
        priority=json.decode(row[10] or "{}") or UNSET,
        scheduled_at=row[11],
        processed_at=row[12] or 0,
        error_code=row[13] or "",
    )


def _to_row(scheduled: ScheduledPost) -> tuple[Any, ...]:
    return (
        scheduled.id, scheduled.create_at, scheduled.update_at, scheduled.user_id, scheduled.channel_id,
        scheduled.root_id, scheduled.message, scheduled.type, json.encode_str(scheduled.props),
        json.encode_str(scheduled.file_ids or []), json.encode_str(scheduled.priority or {}),
        scheduled.scheduled_at, scheduled.processed_at, scheduled.error_code,
    )  # fmt: skip
