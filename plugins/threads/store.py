"""Queries on who follows which thread.

Two workers can't wait for each other in a circle: rows are taken in the order of (thread, user), and who changes rows
of several users of a thread has changed or locked its root before.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core.db import Database
from hubbub.plugins.threads.records import Membership, Reply

_READ: Final = (
    "SELECT m.postid, m.userid, m.following, COALESCE(m.lastviewed, 0), COALESCE(m.unreadmentions, 0)"
    " FROM {threadmemberships} m "
)
_COLUMNS: Final = ("postid", "userid", "following", "lastviewed", "lastupdated", "unreadmentions")
_KEY: Final = ("postid", "userid")
BY_OTHERS: Final = (
    "p.rootid = m.postid AND p.deleteat = 0 AND p.createat > COALESCE(m.lastviewed, 0) AND p.userid <> m.userid"
)
"""Which posts `p` are unread replies for the follower `m`."""


class MembershipStore:
    """Reads and writes rows of threadmemberships. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        new = db.dialect.new_value
        viewed, mentions = "{threadmemberships}.lastviewed", "{threadmemberships}.unreadmentions"
        # Who has answered has read everything before: of their mentions only those after the answer are left. Who is
        # new has no row yet, and can't get one meanwhile: the root is locked.
        self._recorded = {
            "unreadmentions": f"CASE WHEN {new('lastviewed')} > 0 THEN {new('unreadmentions')}"
            f" ELSE COALESCE({mentions}, 0) + {new('unreadmentions')} END",
            "lastviewed": f"{{greatest}}(COALESCE({viewed}, 0), {new('lastviewed')})",
            "following": new("following"),
            "lastupdated": new("lastupdated"),
        }
        self._one = db.prepare(f"{_READ}WHERE m.postid = ? AND m.userid = ?")
        self._read_one = db.prepare(
            "UPDATE {threadmemberships} SET lastviewed = {greatest}(COALESCE(lastviewed, 0),"
            " COALESCE((SELECT t.lastreplyat FROM {threads} t WHERE t.postid = {threadmemberships}.postid), 0)),"
            " unreadmentions = 0, lastupdated = ? WHERE postid = ? AND userid = ?"
        )

    def erase(self, root_ids: Sequence[str]) -> None:
        """Remove all of threads that are gone for good."""
        sql, ids = self.db.in_list("DELETE FROM {threadmemberships} WHERE postid IN ({ids})", root_ids)
        self.db.execute(sql, ids)

    # --- reading ---

    def of_threads(self, root_ids: Iterable[str]) -> list[Membership]:
        """Return everybody's rows of some threads, also of those who have stopped following."""
        rows = self.db.select_in(f"{_READ}WHERE m.postid IN ({{ids}})", root_ids)
        return [_membership(row) for row in rows]

    def last_replies(self, root_ids: Iterable[str]) -> dict[str, int]:
        """Return thread → when its last reply was written."""
        sql = "SELECT postid, COALESCE(lastreplyat, 0) FROM {threads} WHERE postid IN ({ids})"
        return {row[0]: int(row[1]) for row in self.db.select_in(sql, root_ids)}

    def get(self, root_id: str, user_id: str) -> Membership | None:
        """Return a user's row of a thread."""
        row = self.db.fetch_one(self._one, (root_id, user_id))
        return None if row is None else _membership(row)

    def followed(self, user_id: str, root_ids: Iterable[str]) -> list[str]:
        """Return those of some threads that a user follows."""
        sql = "SELECT postid, following FROM {threadmemberships} WHERE userid = ? AND postid IN ({ids})"
        return [row[0] for row in self.db.select_in(sql, root_ids, (user_id,)) if row[1]]

    def replies_after(self, root_id: str, time: int) -> list[Reply]:
        """Return the live replies of a thread after a time."""
        sql = "SELECT id, createat, userid FROM {posts} WHERE rootid = ? AND deleteat = 0 AND createat > ?"
        return [Reply(*row) for row in self.db.fetch_all(sql, (root_id, time))]

    def unread_replies(self, user_id: str, root_ids: Iterable[str]) -> dict[str, int]:
        """Return thread → unread replies for a user, where there are any."""
        sql = (
            f"SELECT m.postid, COUNT(*) FROM {{threadmemberships}} m JOIN {{posts}} p ON {BY_OTHERS}"
            " WHERE m.userid = ? AND m.postid IN ({ids}) GROUP BY m.postid"
        )
        return {row[0]: int(row[1]) for row in self.db.select_in(sql, root_ids, (user_id,))}

    def behind(self, user_id: str, *, channel_ids: Sequence[str] = (), team_id: str = "") -> list[str]:
        """Return the threads that a user hasn't read to their end: of some channels, or of a team (and none)."""
        sql = (
            "SELECT m.postid FROM {threadmemberships} m JOIN {threads} t ON t.postid = m.postid WHERE m.userid = ?"
            " AND (COALESCE(t.lastreplyat, 0) > COALESCE(m.lastviewed, 0) OR COALESCE(m.unreadmentions, 0) > 0) AND "
        )
        if channel_ids:
            rows = self.db.select_in(f"{sql}t.channelid IN ({{ids}})", channel_ids, (user_id,))
        else:
            rows = self.db.fetch_all(f"{sql}COALESCE(t.threadteamid, '') IN (?, '')", (user_id, team_id))
        return [row[0] for row in rows]

    # --- changes ---

    def lock(self, root_ids: Iterable[str]) -> None:
        """Have replies to threads, and deletions in them, wait for the end of this transaction."""
        self.db.select_in("SELECT id FROM {posts} WHERE id IN ({ids}) ORDER BY id {for_update}", sorted(root_ids))

    def record(self, rows: Iterable[Membership], now: int) -> None:
        """Have users follow threads, and add to their unread mentions.

        A row with `last_viewed` is of somebody who is new or has just answered: its mentions replace the old ones.
        """
        values = [(m.post_id, m.user_id, m.following, m.last_viewed, now, m.unread_mentions) for m in rows]
        self.db.upsert("threadmemberships", _COLUMNS, _KEY, sorted(values), update=self._recorded)

    def save(self, rows: Iterable[Membership], now: int) -> None:
        """Store rows as they are."""
        values = [(m.post_id, m.user_id, m.following, m.last_viewed, now, m.unread_mentions) for m in rows]
        self.db.upsert("threadmemberships", _COLUMNS, _KEY, sorted(values))

    def read(self, user_id: str, root_ids: Iterable[str], now: int) -> None:
        """Mark threads as read by a user until their last reply: what is being stored right now nobody has seen.

        One by one, in the order in which replies change them too.
        """
        self.db.execute_many(self._read_one, [(now, root_id, user_id) for root_id in sorted(root_ids)])

    def take_back(self, root_id: str, create_at: int, user_ids: Iterable[str], now: int) -> None:
        """Lower the unread mentions of those who have not read a reply of that time."""
        sql = (
            "UPDATE {threadmemberships} SET unreadmentions = unreadmentions - 1, lastupdated = ?"
            " WHERE postid = ? AND unreadmentions > 0 AND COALESCE(lastviewed, 0) < ? AND userid IN ({ids})"
        )
        ids = sorted(user_ids)
        for start in range(0, len(ids), 500):
            text, values = self.db.in_list(sql, ids[start : start + 500])
            self.db.execute(text, (now, root_id, create_at, *values))

    def leave(self, user_id: str, channel_id: str) -> None:
        """Forget what a user has to do with the threads of a channel."""
        rows = self.db.fetch_all(
            "SELECT m.postid FROM {threadmemberships} m JOIN {posts} p ON p.id = m.postid"
            " WHERE m.userid = ? AND p.channelid = ?",
            (user_id, channel_id),
        )
        keys = sorted((row[0], user_id) for row in rows)
        self.db.execute_many("DELETE FROM {threadmemberships} WHERE postid = ? AND userid = ?", keys)


def _membership(row: tuple[Any, ...]) -> Membership:
    return Membership(
        post_id=row[0],
        user_id=row[1],
        following=bool(row[2]),
        last_viewed=int(row[3]),
        unread_mentions=int(row[4]),
    )
