"""How new posts are stored: concurrent ones share a transaction, nobody is answered before its commit.

One multi-row INSERT for the posts, one UPDATE per kind of counter, and something for threads only when there
are replies.
"""

from collections.abc import Iterable
from typing import Final

from hubbub.core import json
from hubbub.core.contracts.channels import ChannelService, PostCounts
from hubbub.core.contracts.posts import UNCOUNTED_TYPES, NewPost, Post, PostPriority
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.db import BatchWriter, Database
from hubbub.plugins.posts.recorders import Recorders
from hubbub.plugins.posts.rows import COLUMNS
from hubbub.plugins.posts.validation import BadRoot

URGENT: Final = "urgent"
_THREADS: Final = (
    "SELECT postid, replycount, participants, COALESCE(lastreplyat, 0) FROM {threads} WHERE postid IN ({ids})"
)


class PostWriter:
    """Stores new posts in batches."""

    def __init__(self, db: Database, channels: ChannelService, recorders: Recorders, search: SearchEngine) -> None:
        self._db = db
        self._recorders = recorders
        self._channels = channels
        self._search = search
        self._batches: BatchWriter[NewPost, int] = BatchWriter(db, self._write)
        self._touch_root = db.prepare(
            "UPDATE {posts} SET updateat = {greatest}(updateat + 1, ?) WHERE id = ? AND deleteat = 0"
        )

    def store(self, new: NewPost) -> int:
        """Store a post; returns the number of replies its thread then has (0 for a root).

        Blocks this greenlet until the transaction that holds it is committed. Raises the store's errors.
        """
        return self._batches.submit(new)

    def store_now(self, batch: list[NewPost]) -> None:
        """Store posts inside the open transaction; roots before replies, in batches of their own."""
        self._write(batch)

    def _write(self, batch: list[NewPost]) -> list[int]:
        """Store a batch inside the transaction that the batch writer has opened."""
        replies = [new for new in batch if new.post.root_id]
        if replies:
            self._touch_roots(replies)
        self._db.insert_many("posts", COLUMNS, [new.row for new in batch])
        self._search.index_posts([new.post for new in batch])
        self._channels.record_posts(counts_of(batch))
        reply_counts = self._record_replies(replies) if replies else {}
        for new in replies:
            new.post.reply_count = reply_counts[new.post.root_id]
        for new in batch:
            new.per_user.clear()
            new.after.clear()
        for recorder in self._recorders.current:
            recorder.record(batch)
        return [new.post.reply_count for new in batch]

    def _touch_roots(self, replies: list[NewPost]) -> None:
        """Change the roots first of all, in a fixed order.

        Other workers' replies wait for it, so that no reply is counted away; and whoever deletes a thread begins with
        its root too: on MySQL that one would wait for our new reply while we waited for the root.
        """
        for root_id, new in sorted(_by_root(replies).items()):
            if not self._db.execute(self._touch_root, (max(reply.post.update_at for reply in new), root_id)):
                raise BadRoot  # deleted a moment ago

    def _record_replies(self, replies: list[NewPost]) -> dict[str, int]:
        by_root = _by_root(replies)
        existing = {row[0]: row for row in self._db.select_in(_THREADS, sorted(by_root))}
        rows, counts = [], {}
        for root_id, new in sorted(by_root.items()):
            _, count, participants, last = existing.get(root_id, (root_id, 0, "[]", 0))
            people = json.decode(participants or "[]")
            people += dict.fromkeys(reply.post.user_id for reply in new if reply.post.user_id not in people)
            counts[root_id] = (count or 0) + len(new)
            last = max(last, *(reply.post.create_at for reply in new))
            rows.append(
                (root_id, counts[root_id], last, json.encode_str(people), new[0].post.channel_id, 0, new[0].team_id)
            )
        self._db.upsert(
            "threads",
            ("postid", "replycount", "lastreplyat", "participants", "channelid", "threaddeleteat", "threadteamid"),
            ("postid",),
            rows,
            update=("replycount", "lastreplyat", "participants"),
        )
        return counts


def _by_root(replies: list[NewPost]) -> dict[str, list[NewPost]]:
    """Return the replies of each thread."""
    by_root: dict[str, list[NewPost]] = {}
    for reply in replies:
        by_root.setdefault(reply.post.root_id, []).append(reply)
    return by_root


def counts_of(batch: Iterable[NewPost]) -> list[PostCounts]:
    """Return what a batch adds to the counters of each channel, by channel id in a fixed order.

    The order keeps two workers that write to the same channels from waiting for each other in a circle.
    """
    channels: dict[str, list[NewPost]] = {}
    for new in batch:
        channels.setdefault(new.post.channel_id, []).append(new)
    return [_counts(channel_id, channels[channel_id]) for channel_id in sorted(channels)]


def _counts(channel_id: str, batch: list[NewPost]) -> PostCounts:
    posts = roots = last = last_root = 0
    mentions: dict[str, tuple[int, int, int]] = {}
    authors: dict[str, int] = {}
    for new in batch:
        post = new.post
        is_root = not post.root_id
        last = max(last, post.create_at)
        if is_root:
            last_root = max(last_root, post.create_at)
        if post.type not in UNCOUNTED_TYPES:
            posts += 1
            roots += is_root
        urgent_post = is_urgent(post)
        for user_id in new.mentions:
            all_count, root_count, urgent = mentions.get(user_id, (0, 0, 0))
            mentions[user_id] = (all_count + 1, root_count + is_root, urgent + urgent_post)
        if new.read_by_author:
            authors[post.user_id] = max(authors.get(post.user_id, 0), post.create_at)
    return PostCounts(
        channel_id=channel_id,
        posts=posts,
        root_posts=roots,
        last_post_at=last,
        last_root_post_at=last_root,
        mentions=mentions,
        authors=authors,
    )


def is_urgent(post: Post) -> bool:
    """Say whether its author (and who records priorities) made a post urgent."""
    priority = post.metadata.get("priority") if post.metadata else None
    return isinstance(priority, PostPriority) and priority.priority == URGENT
