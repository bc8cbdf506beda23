"""Every query on audits."""

from typing import Any, Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.ids import new_id

COLUMNS: Final = ("id", "createat", "userid", "action", "extrainfo", "ipaddress", "sessionid")


class Audit(msgspec.Struct, kw_only=True):
    """What happened to an account; `action` is the operation of the API. Times in ms."""

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

    def add(self, user_id: str, action: str, extra_info: str, *, ip_address: str = "", session_id: str = "") -> None:
        """Store what happened now."""
        row = (new_id(), now_ms(), user_id, action[:512], extra_info[:1024], ip_address[:64], session_id)
        self._db.insert_many("audits", COLUMNS, [row])

    def page(self, user_id: str, *, offset: int, limit: int) -> list[Audit]:
        """Return what happened to a user, or to anybody (""), newest first."""
        where, params = (" WHERE userid = ?", (user_id,)) if user_id else ("", ())
        sql = f"SELECT {', '.join(COLUMNS)} FROM {{audits}}{where} ORDER BY createat DESC, id LIMIT ? OFFSET ?"
        rows = self._db.fetch_all(sql, (*params, limit, offset), replica=True)
        fields = Audit.__struct_fields__
        return [
            msgspec.convert({f: v for f, v in zip(fields, row, strict=True) if v is not None}, Audit) for row in rows
        ]
