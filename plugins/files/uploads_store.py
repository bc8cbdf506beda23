"""Queries on uploads in parts."""

from typing import Any, Final

import msgspec

from hubbub.core.db import Database

_COLUMNS: Final = (
    "id", "type", "createat", "userid", "channelid", "filename", "path", "filesize", "fileoffset", "remoteid",
    "reqfileid",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{uploadsessions}}"


class UploadSession(msgspec.Struct, kw_only=True):
    """A file on its way in parts: `file_offset` bytes of `file_size` are here. Times in ms."""

    id: str
    type: str = "attachment"
    create_at: int = 0
    user_id: str = ""
    channel_id: str = ""
    filename: str = ""
    file_size: int = 0
    file_offset: int = 0
    remote_id: str = ""
    req_file_id: str = ""


class UploadStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._get = db.prepare(f"{_SELECT} WHERE id = ?")
        self._advance = db.prepare("UPDATE {uploadsessions} SET fileoffset = ? WHERE id = ? AND fileoffset = ?")

    def get(self, upload_id: str) -> UploadSession | None:
        """Return an upload."""
        row = self.db.fetch_one(self._get, (upload_id,))
        return _from_row(row) if row is not None else None

    def of_user(self, user_id: str) -> list[UploadSession]:
        """Return a user's uploads, oldest first."""
        rows = self.db.fetch_all(f"{_SELECT} WHERE userid = ? ORDER BY createat, id", (user_id,))
        return [_from_row(row) for row in rows]

    def insert(self, upload: UploadSession, path: str) -> None:
        """Store a new upload."""
        row = (
            upload.id, upload.type, upload.create_at, upload.user_id, upload.channel_id, upload.filename, path,
            upload.file_size, upload.file_offset, upload.remote_id, upload.req_file_id,
        )  # fmt: skip
        self.db.insert_many("uploadsessions", _COLUMNS, [row])

    def advance(self, upload: UploadSession, offset: int) -> bool:
        """Note that bytes have come; say whether nobody else has noted any since `upload` was read."""
        return self.db.execute(self._advance, (offset, upload.id, upload.file_offset)) > 0

    def older_than(self, time: int, limit: int) -> list[str]:
        """Return the ids of uploads that were begun before `time`, the oldest first."""
        sql = "SELECT id FROM {uploadsessions} WHERE createat < ? ORDER BY createat LIMIT ?"
        return [row[0] for row in self.db.fetch_all(sql, (time, limit))]

    def remove(self, upload_id: str) -> bool:
        """Remove an upload; say whether it was there."""
        return self.db.execute("DELETE FROM {uploadsessions} WHERE id = ?", (upload_id,)) > 0


def _from_row(row: Any) -> UploadSession:
    return UploadSession(
        id=row[0],
        type=row[1] or "",
        create_at=row[2] or 0,
        user_id=row[3] or "",
        channel_id=row[4] or "",
        filename=row[5] or "",
        file_size=row[7] or 0,
        file_offset=row[8] or 0,
        remote_id=row[9] or "",
        req_file_id=row[10] or "",
    )
