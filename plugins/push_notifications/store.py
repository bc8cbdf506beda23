"""Queries on the table hb_push_queue."""

from collections.abc import Iterable
from itertools import count
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.notifications import PushNotification
from hubbub.core.contracts.sessions import Device
from hubbub.core.db import Database, LeasedRows

_COLUMNS: Final = ("id", "createat", "number", "nextat", "claim", "attempts", "payload", "lasterror")


class Queued(msgspec.Struct, frozen=True):
    """A push to a device, as it waits."""

    push: PushNotification
    device: Device


class QueuedRow(msgspec.Struct, frozen=True):
    """A push in the table; `content` is None when it can't be read. `attempts` counts the workers that took it."""

    id: str
    create_at: int
    attempts: int
    content: Queued | None


class PushStore:
    """Rows in, records out. Times in ms."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._numbers = count()
        self.rows = LeasedRows(db, "hb_push_queue", ("id", "createat", "attempts", "payload"), ("createat", "number"))

    def insert(self, pushes: Iterable[tuple[str, int, Queued]], mark: str, next_at: int) -> None:
        """Store (id, time, push): taken by `mark` until `next_at`, or for anybody from then on when that is empty."""
        attempts = 1 if mark else 0
        rows = [
            (id, time, next(self._numbers), next_at, mark, attempts, json.encode_str(queued), "")
            for id, time, queued in pushes
        ]
        self._db.insert_many("hb_push_queue", _COLUMNS, rows)

    def claim(self, mark: str, now: int, until: int, limit: int) -> list[QueuedRow]:
        """Take some that are due, for this caller alone, until its lease ends."""
        return [QueuedRow(row[0], row[1], row[2], _queued(row[3])) for row in self.rows.claim(mark, now, until, limit)]

    def drop_old(self, before: int, now: int) -> int:
        """Remove what nobody has, and is older than `before`; return how many."""
        return self._db.execute("DELETE FROM {hb_push_queue} WHERE createat < ? AND nextat <= ?", (before, now))


def _queued(payload: str) -> Queued | None:
    try:
        found: Queued = json.decode(payload, Queued)
    except ValueError:
        return None
    return found
