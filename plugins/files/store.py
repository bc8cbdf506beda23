"""Queries on files."""

from collections.abc import Iterable, Sequence
from typing import Final

from hubbub.core.db import Database
from hubbub.plugins.files.records import COLUMNS, StoredFile, from_row, to_row

_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM {{fileinfo}}"
_FREE: Final = "creatorid = ? AND channelid = ? AND (postid IS NULL OR postid = '') AND deleteat = 0"


class FileInfoStore:
    """Rows in, records out. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._get = db.prepare(f"{_SELECT} WHERE id = ?")
        self._of_post = db.prepare(f"{_SELECT} WHERE postid = ? ORDER BY createat, id")

    def get(self, file_id: str) -> StoredFile | None:
        """Return a file, deleted or not."""
        row = self.db.fetch_one(self._get, (file_id,))
        return from_row(row) if row is not None else None

    def get_many(self, file_ids: Iterable[str]) -> dict[str, StoredFile]:
        """Return those of the files that there are, deleted or not, by id. One query."""
        rows = self.db.select_in(f"{_SELECT} WHERE id IN ({{ids}})", file_ids)
        return {row[0]: from_row(row) for row in rows}

    def of_post(self, post_id: str) -> list[StoredFile]:
        """Return a post's files, deleted or not, oldest first."""
        return [from_row(row) for row in self.db.fetch_all(self._of_post, (post_id,))]

    def of_posts(self, post_ids: Iterable[str]) -> list[StoredFile]:
        """Return the files of posts, deleted or not."""
        rows = self.db.select_in(f"{_SELECT} WHERE postid IN ({{ids}})", post_ids)
        return [from_row(row) for row in rows]

    def older(self, before: int, limit: int) -> list[StoredFile]:
        """Return some files of posts that came before a time, deleted or not."""
        sql = f"{_SELECT} WHERE createat < ? AND postid <> '' ORDER BY createat, id LIMIT ?"
        return [from_row(row) for row in self.db.fetch_all(sql, (before, limit))]

    def erase(self, file_ids: Sequence[str]) -> None:
        """Remove what is known of files."""
        sql, ids = self.db.in_list("DELETE FROM {fileinfo} WHERE id IN ({ids})", file_ids)
        self.db.execute(sql, ids)

    def insert(self, files: Iterable[StoredFile]) -> None:
        """Store new files."""
        self.db.insert_many("fileinfo", COLUMNS, [to_row(file) for file in files])

    def replace(self, file: StoredFile) -> None:
        """Store a file, whether or not one of its id is there."""
        self.db.upsert("fileinfo", COLUMNS, ("id",), [to_row(file)])

    def remove(self, file_id: str) -> bool:
        """Remove a file that no post has; say whether it was there."""
        sql = "DELETE FROM {fileinfo} WHERE id = ? AND (postid IS NULL OR postid = '')"
        return self.db.execute(sql, (file_id,)) > 0

    def free(self, before: int, after_id: str, limit: int) -> list[StoredFile]:
        """Return some files older than `before` that no post has, those with the ids after `after_id`, by id."""
        sql = f"""{_SELECT} WHERE (postid IS NULL OR postid = '') AND deleteat = 0 AND createat < ? AND id > ?
            ORDER BY id LIMIT ?"""
        return [from_row(row) for row in self.db.fetch_all(sql, (before, after_id, limit))]

    def unused(self, paths: Iterable[str]) -> list[str]:
        """Return those of the paths that no row names. No index helps: each call reads the whole table."""
        wanted = list(paths)
        used = {
            row[0]
            for column in ("path", "thumbnailpath", "previewpath")
            for row in self.db.select_in(f"SELECT {column} FROM {{fileinfo}} WHERE {column} IN ({{ids}})", wanted)
        }
        return [path for path in wanted if path not in used]

    def attach(self, file_ids: Sequence[str], *, post_id: str, user_id: str, channel_id: str, time: int) -> int:
        """Give a user's files, which no post has, to a post; return how many were free to be given."""
        sql = f"UPDATE {{fileinfo}} SET postid = ?, updateat = ? WHERE id IN ({{ids}}) AND {_FREE}"
        text, ids = self.db.in_list(sql, file_ids)
        return self.db.execute(text, (post_id, time, *ids, user_id, channel_id))

    def mark(self, file_ids: Sequence[str], *, post_id: str, time: int) -> None:
        """Mark files of a post deleted at `time`; with 0 they are there again."""
        for file_id in sorted(file_ids):
            self.db.execute("UPDATE {fileinfo} SET deleteat = ? WHERE id = ? AND postid = ?", (time, file_id, post_id))

    def mark_of_thread(self, post_id: str, time: int) -> None:
        """Mark the files of a post and of its replies deleted."""
        self.db.execute("UPDATE {fileinfo} SET deleteat = ? WHERE postid = ? AND deleteat = 0", (time, post_id))
        self.db.execute(
            "UPDATE {fileinfo} SET deleteat = ? WHERE deleteat = 0 AND postid IN"
            " (SELECT id FROM {posts} WHERE rootid = ?)",
            (time, post_id),
        )

    def move(self, old_post_id: str, new_post_id: str, channel_id: str, file_ids: Sequence[str], time: int) -> int:
        """Give those of a post's files that it showed to the post that has taken its place; return how many."""
        moved = 0
        for file_id in sorted(file_ids):
            moved += self.db.execute(
                "UPDATE {fileinfo} SET postid = ?, channelid = ?, deleteat = 0, updateat = ?"
                " WHERE id = ? AND postid = ?",
                (new_post_id, channel_id, time, file_id, old_post_id),
            )
        return moved

    def count_in_channel(self, channel_id: str) -> int:
        """Return how many files the posts of a channel have."""
        sql = "SELECT COUNT(*) FROM {fileinfo} WHERE channelid = ? AND postid <> '' AND deleteat = 0"
        return int(self.db.fetch_value(sql, (channel_id,)))
