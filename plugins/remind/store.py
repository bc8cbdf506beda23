"""Queries on the table hb_reminders."""

from typing import Final

import msgspec

from hubbub.core.db import Database

_COLUMNS: Final = ("id", "createat", "userid", "recipientid", "channelid", "message", "dueat", "every", "zone")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{hb_reminders}}"


class Reminder(msgspec.Struct, kw_only=True, frozen=True):
    """Who is to be told what, where and when; the fields are the table's columns."""

    id: str
    create_at: int
    user_id: str
    recipient_id: str = ""
    channel_id: str = ""
    message: str
    due_at: int
    every: str = ""
    zone: str = ""


class ReminderStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def insert(self, reminder: Reminder) -> None:
        """Insert a new one."""
        self._db.insert_many("hb_reminders", _COLUMNS, [msgspec.structs.astuple(reminder)])

    def of_user(self, user_id: str, limit: int) -> list[Reminder]:
        """Return what somebody has asked for, the next first."""
        rows = self._db.fetch_all(f"{_SELECT} WHERE userid = ? ORDER BY dueat, id LIMIT ?", (user_id, limit))
        return [_to_reminder(row) for row in rows]

    def due(self, now: int, after: tuple[int, str], limit: int) -> list[Reminder]:
        """Return some whose time has come by `now` (ms), in order, behind (due_at, id)."""
        sql = f"{_SELECT} WHERE dueat <= ? AND (dueat > ? OR (dueat = ? AND id > ?)) ORDER BY dueat, id LIMIT ?"
        rows = self._db.fetch_all(sql, (now, after[0], after[0], after[1], limit))
        return [_to_reminder(row) for row in rows]

    def postpone(self, reminder: Reminder, due_at: int) -> None:
        """Set its next time, unless another worker has done so."""
        sql = "UPDATE {hb_reminders} SET dueat = ? WHERE id = ? AND dueat = ?"
        self._db.execute(sql, (due_at, reminder.id, reminder.due_at))

    def delete(self, reminder_id: str) -> None:
        """Delete one."""
        self._db.execute("DELETE FROM {hb_reminders} WHERE id = ?", (reminder_id,))


def _to_reminder(row: tuple[object, ...]) -> Reminder:
    return msgspec.convert(dict(zip(Reminder.__struct_fields__, row, strict=True)), Reminder)
