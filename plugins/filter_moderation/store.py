"""Queries on the table hb_moderation_queue."""

from hubbub.core import json
from hubbub.core.contracts.posts import Post
from hubbub.core.db import Database
from hubbub.core.http.paging import Page

_TABLE = "hb_moderation_queue"


class QueueStore:
    """Rows in, posts out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def insert(self, post: Post) -> None:
        """Keep a post that waits."""
        row = (post.id, post.create_at, post.user_id, json.encode_str(post))
        self._db.insert_many(_TABLE, ("id", "createat", "userid", "post"), [row])

    def get(self, held_id: str) -> Post | None:
        """Return a post that waits, or None."""
        row = self._db.fetch_one("SELECT post FROM {hb_moderation_queue} WHERE id = ?", (held_id,))
        return json.decode(row[0], Post) if row else None

    def of_user(self, user_id: str) -> list[Post]:
        """Return what waits of one author."""
        rows = self._db.fetch_all("SELECT post FROM {hb_moderation_queue} WHERE userid = ?", (user_id,))
        return [json.decode(row[0], Post) for row in rows]

    def page(self, page: Page) -> list[Post]:
        """Return what waits, the oldest first."""
        sql = "SELECT post FROM {hb_moderation_queue} ORDER BY createat, id LIMIT ? OFFSET ?"
        return [json.decode(row[0], Post) for row in self._db.fetch_all(sql, (page.limit, page.offset))]

    def remove(self, held_id: str) -> bool:
        """Forget a post that waited; say whether it was still there."""
        return self._db.execute("DELETE FROM {hb_moderation_queue} WHERE id = ?", (held_id,)) > 0
