"""Which posts of a channel a report has."""

from typing import Any

import msgspec

from hubbub.core.db import Database


class WantedPosts(msgspec.Struct, kw_only=True):
    """Which posts, from where on, in which order. Times in ms; `start_time` None is the very beginning.

    With `after_id` the page begins after that post of `start_time`.
    """

    channel_id: str = ""
    start_time: int | None = None
    after_id: str = ""
    time_field: str = "create_at"
    sort_direction: str = "asc"
    per_page: int = 100
    include_deleted: bool = False
    exclude_system_posts: bool = False


class ReportedPosts:
    """Finds posts for reports."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def page(self, wanted: WantedPosts) -> list[str]:
        """Return the ids of a page, one more than its size when there is another. Earlier versions don't count."""
        column = "updateat" if wanted.time_field == "update_at" else "createat"
        compare, order = ("<", "DESC") if wanted.sort_direction == "desc" else (">", "ASC")
        where, params = ["channelid = ?", "originalid = ''"], [wanted.channel_id]
        where += [] if wanted.include_deleted else ["deleteat = 0"]
        where += ["type NOT LIKE 'system|_%' ESCAPE '|'"] if wanted.exclude_system_posts else []
        more: list[Any] = []
        if wanted.start_time is not None and wanted.after_id:
            where.append(f"({column} {compare} ? OR ({column} = ? AND id {compare} ?))")
            more = [wanted.start_time, wanted.start_time, wanted.after_id]
        elif wanted.start_time is not None:
            where.append(f"{column} {compare}= ?")
            more = [wanted.start_time]
        rows = self._db.fetch_all(
            f"SELECT id FROM {{posts}} WHERE {' AND '.join(where)} ORDER BY {column} {order}, id {order} LIMIT ?",
            (*params, *more, wanted.per_page + 1),
            replica=True,
        )
        return [row[0] for row in rows]
