"""What is unread for people: the numbers on the icons of their apps. Reads only."""

from collections.abc import Iterable

from hubbub.core.db import Database


class BadgeStore:
    """Counts in the tables of channels and threads."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def unread_mentions(self, user_ids: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return user id → unread mentions (in all posts, in roots) in channels that aren't archived."""
        rows = self._db.select_in(
            "SELECT m.userid, COALESCE(SUM(m.mentioncount), 0), COALESCE(SUM(m.mentioncountroot), 0)"
            " FROM {channelmembers} m JOIN {channels} c ON c.id = m.channelid"
            " WHERE c.deleteat = 0 AND m.mentioncount > 0 AND m.userid IN ({ids}) GROUP BY m.userid",
            user_ids,
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}

    def unread_threads(self, user_ids: Iterable[str]) -> dict[str, int]:
        """Return user id → how many of the threads they follow have replies that they haven't read."""
        rows = self._db.select_in(
            "SELECT m.userid, COUNT(*) FROM {threadmemberships} m JOIN {threads} t ON t.postid = m.postid"
            " WHERE m.following = TRUE AND COALESCE(t.threaddeleteat, 0) = 0"
            " AND COALESCE(t.lastreplyat, 0) > COALESCE(m.lastviewed, 0)"
            " AND m.userid IN ({ids}) GROUP BY m.userid",
            user_ids,
        )
        return {row[0]: int(row[1]) for row in rows}
