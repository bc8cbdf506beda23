"""Queries on the table channelbookmarks."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import UNSET

from hubbub.core.contracts.bookmarks import LINK, ChannelBookmark
from hubbub.core.db import Database

_COLUMNS: Final = (
    "id", "createat", "updateat", "deleteat", "channelid", "ownerid", "fileinfoid", "displayname", "sortorder",
    "linkurl", "imageurl", "emoji", "type", "originalid", "parentid",
)  # fmt: skip
_CHANGED: Final = ("updateat", "deleteat", "displayname", "sortorder", "linkurl", "imageurl", "emoji")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{channelbookmarks}} WHERE channelid = ?"
_ORDER: Final = " ORDER BY sortorder, createat, id"


class BookmarkStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of_channel(self, channel_id: str, since: int = 0) -> list[ChannelBookmark]:
        """Return the channel's bookmarks in their order; with `since` (ms) all that have changed, deleted ones too."""
        if since:
            rows = self._db.fetch_all(
                f"{_SELECT} AND (updateat >= ? OR deleteat >= ?){_ORDER}", (channel_id, since, since)
            )
        else:
            rows = self._db.fetch_all(f"{_SELECT} AND deleteat = 0{_ORDER}", (channel_id,))
        return [_to_bookmark(row) for row in rows]

    def lock(self, channel_id: str) -> list[ChannelBookmark]:
        """Return the channel's bookmarks in their order; who else wants to change one of them waits.

        Call it in a transaction.
        """
        sql = "SELECT id FROM {channelbookmarks} WHERE channelid = ? AND deleteat = 0 ORDER BY id {for_update}"
        self._db.fetch_all(sql, (channel_id,))
        return self.of_channel(channel_id)

    def files_among(self, file_ids: Iterable[str]) -> list[str]:
        """Return those of the files that a bookmark has."""
        sql = "SELECT fileinfoid FROM {channelbookmarks} WHERE fileinfoid IN ({ids})"
        return [row[0] for row in self._db.select_in(sql, list(file_ids))]

    def insert(self, bookmark: ChannelBookmark) -> None:
        """Insert a new one."""
        self._db.insert_many("channelbookmarks", _COLUMNS, [_to_row(bookmark)])

    def update(self, bookmarks: Iterable[ChannelBookmark]) -> None:
        """Store what can change of these."""
        assignments = ", ".join(f"{name} = ?" for name in _CHANGED)
        rows = [dict(zip(_COLUMNS, _to_row(bookmark), strict=True)) for bookmark in bookmarks]
        sql = f"UPDATE {{channelbookmarks}} SET {assignments} WHERE id = ?"
        self._db.execute_many(sql, [[row[name] for name in (*_CHANGED, "id")] for row in rows])


def _to_bookmark(row: tuple[Any, ...]) -> ChannelBookmark:
    return ChannelBookmark(
        id=row[0],
        create_at=row[1] or 0,
        update_at=row[2] or 0,
        delete_at=row[3] or 0,
        channel_id=row[4],
        owner_id=row[5],
        file_id=row[6] or "",
        display_name=row[7] or "",
        sort_order=row[8] or 0,
        link_url=row[9] or UNSET,
        image_url=row[10] or UNSET,
        emoji=row[11] or UNSET,
        type=row[12] or LINK,
        original_id=row[13] or UNSET,
        parent_id=row[14] or UNSET,
    )


def _to_row(bookmark: ChannelBookmark) -> tuple[Any, ...]:
    return (
        bookmark.id, bookmark.create_at, bookmark.update_at, bookmark.delete_at, bookmark.channel_id,
        bookmark.owner_id, bookmark.file_id, bookmark.display_name, bookmark.sort_order, bookmark.link_url or "",
        bookmark.image_url or "", bookmark.emoji or "", bookmark.type, bookmark.original_id or "",
        bookmark.parent_id or "",
    )  # fmt: skip
