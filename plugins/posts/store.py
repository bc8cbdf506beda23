"""Every query on posts but the insertion of new ones (see `writer`)."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.posts import UNCOUNTED_TYPES, Post
from hubbub.core.db import Database
from hubbub.plugins.posts.rows import COLUMNS, FROM, READ, to_post
from hubbub.plugins.posts.thread_pages import ThreadPage

_SELECT: Final = f"SELECT {READ}{FROM}"
_LIVE: Final = "p.channelid = ? AND p.deleteat = 0"
_NEWEST: Final = " ORDER BY p.createat DESC, p.id DESC"
MAX_SINCE: Final = 1000
PORTION: Final = 1000


class PostStore:
    """Reads and changes posts. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        prepare = db.prepare
        self._one = prepare(f"{_SELECT}WHERE p.id = ?")
        self._page = prepare(_page(_LIVE))
        self._page_roots = prepare(_page(f"{_LIVE} AND p.rootid = ''"))
        since = "p.channelid = ? AND p.updateat > ? AND p.originalid = ''"
        self._since = [
            prepare(f"{_SELECT}WHERE {since}{_roots(only)}{_NEWEST} LIMIT {MAX_SINCE}") for only in (False, True)
        ]
        self._delete = prepare(
            "UPDATE {posts} SET deleteat = ?, updateat = {greatest}(updateat + 1, ?), props = ?"
            " WHERE id = ? AND deleteat = 0"
        )
        self._delete_replies = prepare(
            "UPDATE {posts} SET deleteat = ?, updateat = {greatest}(updateat + 1, ?) WHERE rootid = ? AND deleteat = 0"
        )
        self._lock_channel = prepare("SELECT id FROM {channels} WHERE id = ? {for_update}")
        self._touch = prepare("UPDATE {posts} SET updateat = {greatest}(updateat + 1, ?) WHERE id = ?")
        self._update = prepare(
            "UPDATE {posts} SET message = ?, props = ?, hashtags = ?, fileids = ?, ispinned = ?, editat = ?"
            " WHERE id = ?"
        )

    def get(self, post_id: str) -> Post | None:
        """Return a post, deleted or not."""
        row = self.db.fetch_one(self._one, (post_id,))
        return None if row is None else to_post(row)

    def get_many(self, post_ids: Iterable[str], *, include_deleted: bool = False) -> list[Post]:
        """Return the posts that exist among the ids, in no order."""
        # PERF: asked for `deleteat = 0` too, SQLite prefers the index on that and reads every post there is.
        posts = map(to_post, self.db.select_in(_SELECT + "WHERE p.id IN ({ids})", post_ids))
        return [post for post in posts if include_deleted or not post.delete_at]

    def page(self, channel_id: str, offset: int, limit: int, *, roots_only: bool, include_deleted: bool) -> list[Post]:
        """Return posts of a channel, newest first."""
        if include_deleted:
            statement: Any = _page(f"p.channelid = ? AND p.originalid = ''{_roots(roots_only)}")
        else:
            statement = self._page_roots if roots_only else self._page
        # The newest page is what everybody asks for, and quicker than the question whether a replica has it.
        rows = self.db.fetch_all(statement, (channel_id, limit, offset), replica=offset > 0)
        return [to_post(row) for row in rows]

    def since(self, channel_id: str, since: int, *, roots_only: bool) -> list[Post]:
        """Return up to 1,000 posts changed (deleted ones too) after a time, newest first by creation."""
        return [to_post(row) for row in self.db.fetch_all(self._since[roots_only], (channel_id, since))]

    def around(
        self, post: Post, *, before: bool, offset: int, limit: int, roots_only: bool, include_deleted: bool
    ) -> list[Post]:
        """Return posts of the same channel right before or after one, newest first."""
        compare, order = ("<", "DESC") if before else (">", "ASC")
        where = (
            f"WHERE p.channelid = ? AND p.originalid = ''{_undeleted(include_deleted)}{_roots(roots_only)} AND"
            f" (p.createat {compare} ? OR (p.createat = ? AND p.id {compare} ?))"
        )
        rows = self.db.fetch_all(
            f"{_SELECT}{where} ORDER BY p.createat {order}, p.id {order} LIMIT ? OFFSET ?",
            (post.channel_id, post.create_at, post.create_at, post.id, limit, offset),
            replica=limit > 1,
        )
        posts = [to_post(row) for row in rows]
        return posts if before else posts[::-1]

    def first_after(self, channel_id: str, time: int, *, roots_only: bool) -> Post | None:
        """Return the oldest post created after a time."""
        row = self.db.fetch_one(
            f"{_SELECT}WHERE {_LIVE}{_roots(roots_only)} AND p.createat > ? ORDER BY p.createat, p.id LIMIT 1",
            (channel_id, time),
        )
        return None if row is None else to_post(row)

    def neighbour_id(self, post: Post, *, before: bool, roots_only: bool) -> str:
        """Return the id of the live post right before or after one in its channel, "" when there is none."""
        found = self.around(post, before=before, offset=0, limit=1, roots_only=roots_only, include_deleted=False)
        return found[0].id if found else ""

    def threads_of(self, root_ids: Iterable[str]) -> list[Post]:
        """Return the roots and all live replies of some threads."""
        ids = list(root_ids)
        roots = self.get_many(ids)
        rows = self.db.select_in(_SELECT + "WHERE p.rootid IN ({ids}) AND p.deleteat = 0", ids)
        return roots + [to_post(row) for row in rows]

    def replies(self, root_id: str, page: ThreadPage, limit: int) -> list[Post]:
        """Return up to `limit` replies of a thread (0: all), in the order that the page wants."""
        changed = page.from_update_at > 0
        column, start = ("p.updateat", page.from_update_at) if changed else ("p.createat", page.from_create_at)
        compare, order = (">", "ASC") if page.oldest_first else ("<", "DESC")
        where, params = ["p.rootid = ?", "p.originalid = ''"], [root_id, *([] if changed else [0])]
        if not changed:
            where.append("p.deleteat = ?")
        if start and page.from_post:
            where.append(f"({column} {compare} ? OR ({column} = ? AND p.id {compare} ?))")
            params += [start, start, page.from_post]
        elif start:
            where.append(f"{column} {compare} ?")
            params.append(start)
        sql = f"{_SELECT}WHERE {' AND '.join(where)} ORDER BY {column} {order}, p.id {order}"
        if limit:
            sql += " LIMIT ?"
            params.append(limit)
        return [to_post(row) for row in self.db.fetch_all(sql, tuple(params))]

    def reply_ids(self, root_id: str) -> list[str]:
        """Return the ids of a thread's replies, deleted ones too."""
        return [row[0] for row in self.db.fetch_all("SELECT id FROM {posts} WHERE rootid = ?", (root_id,))]

    def participants_of(self, root_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return root id → ids of those who have replied, in the order of their first replies."""
        rows = self.db.select_in("SELECT postid, participants FROM {threads} WHERE postid IN ({ids})", root_ids)
        return {row[0]: json.decode(row[1]) if row[1] else [] for row in rows}

    def pinned(self, channel_id: str) -> list[Post]:
        """Return the pinned posts of a channel, oldest first."""
        sql = f"{_SELECT}WHERE {_LIVE} AND p.ispinned = ? ORDER BY p.createat, p.id"
        return [to_post(row) for row in self.db.fetch_all(sql, (channel_id, True))]

    def edits(self, post_id: str) -> list[Post]:
        """Return earlier versions of a post, newest first."""
        sql = f"{_SELECT}WHERE p.originalid = ? AND p.deleteat > 0 ORDER BY p.editat DESC, p.updateat DESC"
        return [to_post(row) for row in self.db.fetch_all(sql, (post_id,))]

    def first_texts(self, post_ids: Iterable[str]) -> dict[str, str]:
        """Return the texts that edited posts were written with, by id."""
        sql = "SELECT originalid, message FROM {posts} WHERE editat = 0 AND originalid IN ({ids})"
        return {row[0]: row[1] or "" for row in self.db.select_in(sql, post_ids)}

    def count_since(self, channel_id: str, time: int) -> tuple[int, int]:
        """Return how many posts, and how many roots among them, were created at or after a time.

        System messages of joining and leaving never count as unread, and weren't counted when they were stored.
        """
        row = self.db.fetch_one(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN rootid = '' THEN 1 ELSE 0 END), 0) FROM {posts}"
            " WHERE channelid = ? AND createat >= ? AND deleteat = 0 AND type NOT IN ("
            + ", ".join("?" * len(UNCOUNTED_TYPES))
            + ")",
            (channel_id, time, *UNCOUNTED_TYPES),
        )
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def live_since(self, channel_id: str, time: int) -> Iterator[Post]:
        """Yield the live posts created at or after a time, oldest first; read in portions."""
        last: tuple[int, str] = (time, "")
        while True:
            rows = self.db.fetch_all(
                f"{_SELECT}WHERE {_LIVE} AND (p.createat > ? OR (p.createat = ? AND p.id > ?))"
                " ORDER BY p.createat, p.id LIMIT ?",
                (channel_id, last[0], *last, PORTION),
            )
            yield from map(to_post, rows)
            if len(rows) < PORTION:
                return
            last = (rows[-1][1], rows[-1][0])

    # --- changes ---

    def lock(self, post: Post, time: int) -> Post | None:
        """Have others who change the post wait for the end of this transaction; return the post as it is now.

        update_at grows with each change, also when two happen in one millisecond. Whoever changes a thread changes
        its root first, so that two of them can't wait for each other in a circle.
        """
        if post.root_id:
            self.db.execute(self._touch, (time, post.root_id))
        self.db.execute(self._touch, (time, post.id))
        return self.get(post.id)

    def lock_channel(self, channel_id: str) -> None:
        """Have new posts of a channel wait for the end of this transaction."""
        self.db.fetch_one(self._lock_channel, (channel_id,))

    def set_has_reactions(self, post_id: str, has_reactions: bool) -> None:
        """Note whether a post that is locked has reactions."""
        self.db.execute("UPDATE {posts} SET hasreactions = ? WHERE id = ?", (has_reactions, post_id))

    def update(self, post: Post, old_version: tuple[Any, ...] | None, props: str, file_ids: str) -> None:
        """Store an edited post that is locked, and its old version as a row of its own."""
        self.db.execute(
            self._update,
            (post.message, props, post.hashtags, file_ids, post.is_pinned, post.edit_at, post.id),
        )
        if old_version is not None:
            self.db.insert_many("posts", COLUMNS, [old_version])

    def delete(self, post: Post, time: int, props: str) -> int:
        """Mark a post, and its replies when it is a root, as deleted; keep the thread's counters right.

        Returns 0 when somebody else has deleted it meanwhile.
        """
        if post.root_id:
            self.db.execute(self._touch, (time, post.root_id))
        deleted = self.db.execute(self._delete, (time, time, props, post.id))
        if not deleted:
            return 0
        if not post.root_id:
            self.db.execute(self._delete_replies, (time, time, post.id))
            self.db.execute("UPDATE {threads} SET threaddeleteat = ? WHERE postid = ?", (time, post.id))
            return deleted
        self.db.execute(
            "UPDATE {threads} SET replycount = (SELECT COUNT(*) FROM {posts} WHERE rootid = ? AND deleteat = 0),"
            " lastreplyat = COALESCE((SELECT MAX(createat) FROM {posts} WHERE rootid = ? AND deleteat = 0), 0)"
            " WHERE postid = ?",
            (post.root_id, post.root_id, post.root_id),
        )
        self._end_part(post)
        return deleted

    def _end_part(self, reply: Post) -> None:
        """Have the author of a deleted reply take part in its thread no more, if there is none of theirs left."""
        sql = "SELECT 1 FROM {posts} WHERE rootid = ? AND userid = ? AND deleteat = 0 LIMIT 1"
        if self.db.fetch_one(sql, (reply.root_id, reply.user_id)):
            return
        people = self.participants_of([reply.root_id]).get(reply.root_id, [])
        left = [user_id for user_id in people if user_id != reply.user_id]
        sql = "UPDATE {threads} SET participants = ? WHERE postid = ?"
        self.db.execute(sql, (json.encode_str(left), reply.root_id))

    def move_threads(self, channel_id: str, team_id: str) -> None:
        """Note that a channel, with its threads, belongs to another team."""
        self.db.execute("UPDATE {threads} SET threadteamid = ? WHERE channelid = ?", (team_id, channel_id))


def _page(where: str) -> str:
    return f"{_SELECT}WHERE {where}{_NEWEST} LIMIT ? OFFSET ?"


def _roots(only: bool) -> str:
    return " AND p.rootid = ''" if only else ""


def _undeleted(include_deleted: bool) -> str:
    return "" if include_deleted else " AND p.deleteat = 0"
