"""Queries on the table hb_mail_waiting."""

from collections.abc import Sequence
from typing import Final

import msgspec

from hubbub.core.db import Database

_COLUMNS: Final = ("id", "userid", "channelid", "postid", "createat", "dueat", "inthread", "payload")


class Waiting(msgspec.Struct, frozen=True):
    """A notification that waits; see the table."""

    id: str
    user_id: str
    channel_id: str
    post_id: str
    create_at: int
    due_at: int
    in_thread: bool
    payload: str


class WaitingStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def insert(self, rows: Sequence[Waiting]) -> None:
        """Keep notifications."""
        self._db.insert_many("hb_mail_waiting", _COLUMNS, [msgspec.structs.astuple(row) for row in rows])

    def users_due(self, now: int, many: int, limit: int) -> list[str]:
        """Return some users whose first notification is due by `now` (ms), or for whom so many wait."""
        sql = (
            "SELECT userid FROM {hb_mail_waiting} GROUP BY userid"
            " HAVING MIN(dueat) <= ? OR COUNT(*) >= ? ORDER BY MIN(dueat), userid LIMIT ?"
        )
        return [row[0] for row in self._db.fetch_all(sql, (now, many, limit))]

    def of_user(self, user_id: str) -> list[Waiting]:
        """Return what waits for somebody, oldest first."""
        sql = f"SELECT {', '.join(_COLUMNS)} FROM {{hb_mail_waiting}} WHERE userid = ? ORDER BY createat, id"
        return [Waiting(*row) for row in self._db.fetch_all(sql, (user_id,))]

    def take(self, rows: Sequence[Waiting]) -> bool:
        """Delete them; False when somebody else was faster with one of them: roll back then."""
        sql, ids = self._db.in_list("DELETE FROM {hb_mail_waiting} WHERE id IN ({ids})", [row.id for row in rows])
        return self._db.execute(sql, ids) == len(rows)
