"""Every query on audits."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from hubbub.core.ids import new_id
from hubbub.plugins.audits.record import Record, text_of

COLUMNS: Final = ("id", "createat", "userid", "action", "extrainfo", "ipaddress", "sessionid")


class Audit(msgspec.Struct, kw_only=True):
    """What somebody did, or what happened to an account; `action` is the operation of the API. Times in ms."""

    id: str
    create_at: int
    user_id: str
    action: str
    extra_info: str = ""
    ip_address: str = ""
    session_id: str = ""


class AuditStore:
    """Reads and writes audits."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def add_many(self, records: Iterable[Record]) -> None:
        """Store what happened, in one statement."""
        self._db.insert_many("audits", COLUMNS, [_row(record) for record in records])

    def page(self, user_id: str, *, offset: int, limit: int) -> list[Audit]:
        """Return what a user did and what happened to them, or to anybody (""), newest first."""
        where, params = (" WHERE userid = ?", (user_id,)) if user_id else ("", ())
        sql = f"SELECT {', '.join(COLUMNS)} FROM {{audits}}{where} ORDER BY createat DESC, id LIMIT ? OFFSET ?"
        rows = self._db.fetch_all(sql, (*params, limit, offset), replica=True)
        fields = Audit.__struct_fields__
        return [
            msgspec.convert({f: v for f, v in zip(fields, row, strict=True) if v is not None}, Audit) for row in rows
        ]


def _row(record: Record) -> tuple[Any, ...]:
    text = text_of(record)[:1024]
    address = record.ip_address[:64]
    return new_id(), record.time, record.user_id, record.action[:512], text, address, record.session_id
