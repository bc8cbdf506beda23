"""How old posts are removed for good."""

from collections.abc import Sequence
from typing import Any, Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.db import Database
from hubbub.plugins.posts.lists import PostLists

AT_ONCE: Final = 500
"""Posts of one transaction at most: others wait for it."""


class PostErasing:
    """Removes posts, and has others remove what belongs to them."""

    def __init__(self, context: PluginContext, lists: PostLists) -> None:
        self._context = context
        self._db: Database = context.db
        self._search = context.service(SearchEngine)
        self._lists = lists

    def erase_older(
        self,
        before: int,
        channel_ids: Sequence[str] | None,
        except_channel_ids: Sequence[str],
        keep_pinned: bool,
        limit: int,
    ) -> int:
        """See `PostService.erase_older`."""
        if channel_ids is not None and not channel_ids:
            return 0
        with self._db.transaction():
            found = self._older(before, channel_ids, except_channel_ids, keep_pinned, min(limit, AT_ONCE))
            if not found:
                return 0
            ids = [row[0] for row in found]
            self._search.remove_posts(ids)
            self._remove("{posts}", "id", ids)
            self._remove("{threads}", "postid", ids)
            self._count_again({row[2] for row in found if row[2]})
            self._context.hooks.tell("posts_have_been_erased", post_ids=ids)
            for channel_id in {row[1] for row in found}:
                self._lists.changed(channel_id)
        return len(ids)

    def _older(
        self,
        before: int,
        channel_ids: Sequence[str] | None,
        except_channel_ids: Sequence[str],
        keep_pinned: bool,
        limit: int,
    ) -> list[tuple[Any, ...]]:
        """Return (id, channel, root) of the oldest posts."""
        sql, params = "SELECT id, channelid, rootid FROM {posts} WHERE createat < ?", [before]
        listed: list[Any] = list(params)
        if channel_ids is not None:
            sql, values = self._db.in_list(sql + " AND channelid IN ({ids})", list(channel_ids))
            listed += values
        if except_channel_ids:
            sql, values = self._db.in_list(sql + " AND channelid NOT IN ({ids})", list(except_channel_ids))
            listed += values
        if keep_pinned:
            sql += " AND (ispinned IS NULL OR ispinned = ?)"
            listed.append(False)
        return self._db.fetch_all(sql + " ORDER BY createat, id LIMIT ?", (*listed, limit))

    def _remove(self, table: str, column: str, ids: Sequence[str]) -> None:
        sql, values = self._db.in_list(f"DELETE FROM {table} WHERE {column} IN ({{ids}})", ids)
        self._db.execute(sql, values)

    def _count_again(self, root_ids: set[str]) -> None:
        """Have the threads that are left (their roots are pinned) count the replies that are left."""
        for root_id in sorted(root_ids):
            self._db.execute(
                "UPDATE {threads} SET replycount = (SELECT COUNT(*) FROM {posts} WHERE rootid = ? AND deleteat = 0),"
                " lastreplyat = COALESCE((SELECT MAX(createat) FROM {posts} WHERE rootid = ? AND deleteat = 0), 0)"
                " WHERE postid = ?",
                (root_id, root_id, root_id),
            )
