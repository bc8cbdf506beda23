"""Queries on the table drafts."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import UNSET

from hubbub.core import json
from hubbub.core.contracts.drafts import Draft
from hubbub.core.db import Database

_COLUMNS: Final = (
    "createat", "updateat", "deleteat", "userid", "channelid", "rootid", "message", "type", "props", "fileids",
    "priority",
)  # fmt: skip
_KEY: Final = ("userid", "channelid", "rootid")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{drafts}} WHERE deleteat = 0 AND "


class DraftStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of_user(self, user_id: str) -> list[Draft]:
        """Return the user's drafts, the last changed first."""
        rows = self._db.fetch_all(f"{_SELECT} userid = ? ORDER BY updateat DESC, channelid, rootid", (user_id,))
        return [_to_draft(row) for row in rows]

    def of_thread(self, channel_id: str, root_id: str) -> list[Draft]:
        """Return everybody's drafts of a reply. No index helps: for background work."""
        rows = self._db.fetch_all(f"{_SELECT} channelid = ? AND rootid = ?", (channel_id, root_id))
        return [_to_draft(row) for row in rows]

    def get(self, user_id: str, channel_id: str, root_id: str) -> Draft | None:
        """Return a draft, or None."""
        key = (user_id, channel_id, root_id)
        row = self._db.fetch_one(f"{_SELECT} userid = ? AND channelid = ? AND rootid = ?", key)
        return None if row is None else _to_draft(row)

    def files_among(self, file_ids: Iterable[str]) -> set[str]:
        """Return those of the files that a draft has. Reads all drafts with files: for background work."""
        sql = "SELECT fileids FROM {drafts} WHERE deleteat = 0 AND fileids LIKE '[\"%'"
        return {id for row in self._db.fetch_all(sql) for id in json.decode(row[0])}.intersection(file_ids)

    def save(self, draft: Draft) -> None:
        """Insert or replace; the time of creation stays."""
        update = [name for name in _COLUMNS if name not in (*_KEY, "createat")]
        self._db.upsert("drafts", _COLUMNS, _KEY, [_to_row(draft)], update=update)

    def delete(self, user_id: str, channel_id: str, root_id: str) -> int:
        """Delete a draft; returns how many there were."""
        sql = "DELETE FROM {drafts} WHERE userid = ? AND channelid = ? AND rootid = ?"
        return self._db.execute(sql, (user_id, channel_id, root_id))


def _to_draft(row: tuple[Any, ...]) -> Draft:
    return Draft(
        create_at=row[0] or 0,
        update_at=row[1] or 0,
        delete_at=row[2] or 0,
        user_id=row[3],
        channel_id=row[4],
        root_id=row[5] or "",
        message=row[6] or "",
        type=row[7] or "",
        # Other servers write null where there is nothing.
        props=json.decode(row[8] or "{}") or {},
        file_ids=json.decode(row[9] or "[]") or UNSET,
        priority=json.decode(row[10] or "{}") or UNSET,
    )


def _to_row(draft: Draft) -> tuple[Any, ...]:
    return (
        draft.create_at, draft.update_at, draft.delete_at, draft.user_id, draft.channel_id, draft.root_id,
        draft.message, draft.type, json.encode_str(draft.props), json.encode_str(draft.file_ids or []),
        json.encode_str(draft.priority or {}),
    )  # fmt: skip
