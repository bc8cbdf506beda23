"""Queries on the table hb_mail_queue."""

from collections.abc import Sequence
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.mail import Mail
from hubbub.core.db import Database
from hubbub.core.ids import new_id

_COLUMNS: Final = ("id", "createat", "nextat", "claim", "attempts", "kind", "payload", "lasterror")
MAX_ERROR: Final = 512


class Queued(msgspec.Struct, frozen=True):
    """A mail in the queue. `attempts` counts the one that is being made; `payload` is the `Mail` as JSON."""

    id: str
    create_at: int
    attempts: int
    kind: str
    payload: str


class QueueState(msgspec.Struct, frozen=True):
    """How many mails wait, since when the oldest does (ms), and what was said about it last."""

    waiting: int = 0
    oldest_at: int = 0
    last_error: str = ""


class MailStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def insert(self, mails: Sequence[Mail], now: int) -> None:
        """Queue mails, due at once."""
        rows = [(new_id(), now, now, "", 0, mail.kind[:64], json.encode_str(mail), "") for mail in mails]
        self._db.insert_many("hb_mail_queue", _COLUMNS, rows)

    def claim(self, mark: str, now: int, until: int, limit: int) -> list[Queued]:
        """Take some that are due, for this caller alone, until its lease ends (ms)."""
        due = self._db.fetch_all(
            "SELECT id FROM {hb_mail_queue} WHERE nextat <= ? ORDER BY nextat LIMIT ?", (now, limit)
        )
        if not due:
            return []
        # Whoever is second finds that nextat has moved: an UPDATE looks at the row as it is by then, on every engine.
        sql, ids = self._db.in_list(
            "UPDATE {hb_mail_queue} SET claim = ?, nextat = ?, attempts = attempts + 1"
            " WHERE nextat <= ? AND id IN ({ids})",
            [row[0] for row in due],
        )
        if not self._db.execute(sql, (mark, until, now, *ids)):
            return []
        found = (
            "SELECT id, createat, attempts, kind, payload FROM {hb_mail_queue} WHERE claim = ? ORDER BY createat, id"
        )
        return [Queued(*row) for row in self._db.fetch_all(found, (mark,))]

    def extend(self, mark: str, until: int) -> None:
        """Lengthen the lease of what a caller has taken."""
        self._db.execute("UPDATE {hb_mail_queue} SET nextat = ? WHERE claim = ?", (until, mark))

    def delete(self, mark: str, mail_id: str) -> None:
        """Forget a mail that is sent or given up, unless somebody else has it by now."""
        self._db.execute("DELETE FROM {hb_mail_queue} WHERE id = ? AND claim = ?", (mail_id, mark))

    def defer(self, mark: str, mail_id: str, next_at: int, error: str) -> None:
        """Have a mail tried again at `next_at` (ms)."""
        sql = "UPDATE {hb_mail_queue} SET claim = '', nextat = ?, lasterror = ? WHERE id = ? AND claim = ?"
        self._db.execute(sql, (next_at, error[:MAX_ERROR], mail_id, mark))

    def release(self, mark: str, now: int) -> None:
        """Give back, untried, what a caller has taken and still has."""
        sql = "UPDATE {hb_mail_queue} SET claim = '', nextat = ?, attempts = attempts - 1 WHERE claim = ?"
        self._db.execute(sql, (now, mark))

    def retry_all(self, now: int) -> int:
        """Make everything due that no worker has; return how much that is."""
        return self._db.execute("UPDATE {hb_mail_queue} SET nextat = ? WHERE claim = ''", (now,))

    def state(self) -> QueueState:
        """Return what waits."""
        row = self._db.fetch_one("SELECT COUNT(*), MIN(createat), MAX(lasterror) FROM {hb_mail_queue}")
        if row is None or not row[0]:
            return QueueState()
        return QueueState(row[0], row[1], row[2])
