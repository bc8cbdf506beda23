"""Who follows threads, in the bulk format."""

from collections.abc import Sequence
from typing import Any, Final

from hubbub.core.contracts.bulk import BulkExport, BulkImport, PostEntry, refused
from hubbub.core.contracts.bulk_lines import FollowerLine
from hubbub.core.db import Database

_COLUMNS: Final = ("postid", "userid", "following", "lastviewed", "lastupdated", "unreadmentions")


class FollowersPart:
    """Fills in and stores `thread_followers` of posts."""

    line = "post"
    rank = 30

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, entries: Sequence[PostEntry], run: BulkImport) -> None:
        """Store who follows. Of whom a line says nothing more has read what there was."""
        wanted = [
            (entry, follower)
            for entry in entries
            if entry.root is None
            for follower in getattr(entry.data, "thread_followers", None) or ()
        ]
        users = run.names.users({follower.user for _, follower in wanted})
        rows = {}
        for entry, follower in wanted:
            user_id = users.get(follower.user)
            if user_id is None:
                raise refused(entry, "there is no user {name}.", name=follower.user)
            viewed = run.started if follower.last_viewed is None else follower.last_viewed
            rows[entry.id, user_id] = (entry.id, user_id, True, viewed, run.started, follower.unread_mentions or 0)
        self._db.upsert("threadmemberships", _COLUMNS, _COLUMNS[:2], [rows[key] for key in sorted(rows)])

    def give(self, entries: Sequence[PostEntry], run: BulkExport) -> None:
        """Name who follows threads."""
        roots = {entry.id: entry for entry in entries if entry.root is None and getattr(entry.data, "replies", None)}
        read = "SELECT postid, userid, lastviewed, unreadmentions, following FROM {threadmemberships}"
        sql = f"{read} WHERE postid IN ({{ids}})"
        rows = [row for row in self._db.select_in(sql, roots) if row[4]]
        names = run.names.usernames({row[1] for row in rows})
        found: dict[str, list[FollowerLine]] = {}
        for post_id, user_id, viewed, mentions, _ in rows:
            if user_id in names:
                line = FollowerLine(user=names[user_id], last_viewed=viewed or 0, unread_mentions=mentions or 0)
                found.setdefault(post_id, []).append(line)
        for post_id, lines in found.items():
            lines.sort(key=lambda line: line.user)
            data: Any = roots[post_id].data
            data.thread_followers = lines
