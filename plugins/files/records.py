"""Files as the database has them."""

import base64
from typing import Any, Final

import msgspec

from hubbub.core.contracts.files import FileInfo

COLUMNS: Final = (
    "id", "creatorid", "postid", "createat", "updateat", "deleteat", "path", "thumbnailpath", "previewpath", "name",
    "extension", "size", "mimetype", "width", "height", "haspreviewimage", "minipreview", "content", "remoteid",
    "archived", "channelid",
)  # fmt: skip


class StoredFile(msgspec.Struct):
    """A file and the paths of its bytes in the file store; those of pictures that it lacks are empty."""

    info: FileInfo
    path: str
    thumbnail_path: str = ""
    preview_path: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that there are."""
        return tuple(path for path in (self.path, self.thumbnail_path, self.preview_path) if path)


def to_row(file: StoredFile) -> tuple[Any, ...]:
    """Return a row in the order of `COLUMNS`."""
    info = file.info
    return (
        info.id, info.user_id, info.post_id or "", info.create_at, info.update_at, info.delete_at, file.path,
        file.thumbnail_path, file.preview_path, info.name, info.extension, info.size, info.mime_type, info.width or 0,
        info.height or 0, info.has_preview_image is True,
        base64.b64decode(info.mini_preview) if info.mini_preview else None, "", info.remote_id or "", info.archived,
        info.channel_id,
    )  # fmt: skip


def from_row(row: Any) -> StoredFile:
    """Return the file of a row in the order of `COLUMNS`."""
    info = FileInfo(
        id=row[0],
        user_id=row[1] or "",
        post_id=row[2] or msgspec.UNSET,
        channel_id=row[20] or "",
        create_at=row[3] or 0,
        update_at=row[4] or 0,
        delete_at=row[5] or 0,
        name=row[9] or "",
        extension=row[10] or "",
        size=row[11] or 0,
        mime_type=row[12] or "",
        width=row[13] or msgspec.UNSET,
        height=row[14] or msgspec.UNSET,
        has_preview_image=bool(row[15]) or msgspec.UNSET,
        mini_preview=base64.b64encode(bytes(row[16])).decode() if row[16] else None,
        remote_id=row[18] or "",
        archived=bool(row[19]),
    )
    return StoredFile(info, row[6] or "", row[7] or "", row[8] or "")
