"""Queries on the threads that a user follows."""

from typing import Any, Final

from hubbub.core.db import Database
from hubbub.plugins.threads.records import ListOptions, ThreadRow
from hubbub.plugins.threads.store import BY_OTHERS

_FROM: Final = (
    " FROM {threadmemberships} m JOIN {threads} t ON t.postid = m.postid"
    " JOIN {channelmembers} cm ON cm.channelid = t.channelid AND cm.userid = m.userid"
    " WHERE m.userid = ? AND m.following = ? AND t.replycount > 0"
)
"""SECURITY: who is no member of the channel (any more) has no threads there, whatever rows are left."""
_COLUMNS: Final = (
    "t.postid, t.replycount, COALESCE(t.lastreplyat, 0), COALESCE(t.threaddeleteat, 0), t.participants,"
    " COALESCE(m.lastviewed, 0), COALESCE(m.unreadmentions, 0)"
)
_OPEN: Final = " AND NOT EXISTS (SELECT 1 FROM {channels} c WHERE c.id = t.channelid AND c.deleteat > 0)"
"""Threads of archived channels are left out of lists and totals, as those channels are."""
_LIVE: Final = " AND COALESCE(t.threaddeleteat, 0) = 0"
_UNREAD: Final = (
    f" AND t.lastreplyat > COALESCE(m.lastviewed, 0) AND EXISTS (SELECT 1 FROM {{posts}} p WHERE {BY_OTHERS})"
)
_LAST_REPLY: Final = "COALESCE((SELECT o.lastreplyat FROM {threads} o WHERE o.postid = ?), 0)"


class ThreadListStore:
    """Reads threads with what their follower has read of them. Times in ms."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._unread = db.prepare(
            "SELECT t.postid, COALESCE(t.threadteamid, ''), COALESCE(m.unreadmentions, 0)"
            f"{_FROM}{_OPEN}{_LIVE}{_UNREAD}"
        )

    def unread(self, user_id: str) -> list[tuple[str, str, int]]:
        """Return (thread, team or "", unread mentions) for every thread in which the user hasn't read something."""
        return [(row[0], row[1], int(row[2])) for row in self._db.fetch_all(self._unread, (user_id, True))]

    def count(self, user_id: str, team_id: str, options: ListOptions) -> int:
        """Return how many threads the user follows in a team."""
        where, params = _scope(team_id, options)
        return int(self._db.fetch_value(f"SELECT COUNT(*){_FROM}{where}", (user_id, True, *params)))

    def page(self, user_id: str, team_id: str, options: ListOptions) -> list[ThreadRow]:
        """Return threads: the newest reply first, or with `after` the oldest of those after it first."""
        where, params = _scope(team_id, options)
        if options.unread:
            where += _UNREAD
        if options.since:
            changed = ("t.lastreplyat", "COALESCE(m.lastupdated, 0)", "COALESCE(t.threaddeleteat, 0)")
            where += f" AND ({' OR '.join(f'{column} >= ?' for column in changed)})"
            params += [options.since] * len(changed)
        order, edge = "DESC", options.before
        if options.after:
            order, edge = "ASC", options.after
        if edge:
            compare = ">" if options.after else "<"
            where += (
                f" AND (t.lastreplyat {compare} {_LAST_REPLY}"
                f" OR (t.lastreplyat = {_LAST_REPLY} AND t.postid {compare} ?))"
            )
            params += [edge, edge, edge]
        sql = f"SELECT {_COLUMNS}{_FROM}{where} ORDER BY t.lastreplyat {order}, t.postid {order} LIMIT ? OFFSET ?"
        rows = self._db.fetch_all(sql, (user_id, True, *params, options.limit, options.offset))
        return [_row(row) for row in rows]

    def get(self, user_id: str, root_id: str) -> ThreadRow | None:
        """Return a followed thread."""
        row = self._db.fetch_one(f"SELECT {_COLUMNS}{_FROM}{_LIVE} AND t.postid = ?", (user_id, True, root_id))
        return None if row is None else _row(row)

    def participants(self, root_id: str) -> str:
        """Return the JSON text of the ids of those who have replied."""
        sql = "SELECT participants FROM {threads} WHERE postid = ?"
        return self._db.fetch_value(sql, (root_id,)) or "[]"


def _scope(team_id: str, options: ListOptions) -> tuple[str, list[Any]]:
    where, params = _OPEN if options.deleted else _OPEN + _LIVE, [team_id]
    if options.exclude_direct:
        return f"{where} AND t.threadteamid = ?", params
    return f"{where} AND COALESCE(t.threadteamid, '') IN (?, '')", params


def _row(row: tuple[Any, ...]) -> ThreadRow:
    return ThreadRow(row[0], int(row[1]), int(row[2]), int(row[3]), row[4] or "[]", int(row[5]), int(row[6]))
