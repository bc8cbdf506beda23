"""Queries on the table hb_mail_queue."""

from collections.abc import Sequence
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.mail import Mail
from hubbub.core.db import Database, LeasedRows
from hubbub.core.ids import new_id

_COLUMNS: Final = ("id", "createat", "nextat", "claim", "attempts", "kind", "payload", "lasterror")


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
    """Rows in, records out; see `LeasedRows` for how workers share them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        columns = ("id", "createat", "attempts", "kind", "payload")
        self.rows = LeasedRows(db, "hb_mail_queue", columns, ("nextat", "createat", "id"))

    def insert(self, mails: Sequence[Mail], now: int) -> None:
        """Queue mails, due at once."""
        rows = [(new_id(), now, now, "", 0, mail.kind[:64], json.encode_str(mail), "") for mail in mails]
        self._db.insert_many("hb_mail_queue", _COLUMNS, rows)

    def claim(self, mark: str, now: int, until: int, limit: int) -> list[Queued]:
        """Take some that are due, for this caller alone, until its lease ends (ms)."""
        return [Queued(*row) for row in self.rows.claim(mark, now, until, limit)]

    def retry_all(self, now: int) -> int:
        """Make everything due that no worker has; return how much that is."""
        return self._db.execute("UPDATE {hb_mail_queue} SET nextat = ? WHERE claim = ''", (now,))

    def state(self) -> QueueState:
        """Return what waits."""
        row = self._db.fetch_one("SELECT COUNT(*), MIN(createat), MAX(lasterror) FROM {hb_mail_queue}")
        if row is None or not row[0]:
            return QueueState()
        return QueueState(row[0], row[1], row[2])
