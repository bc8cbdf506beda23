"""What every engine asks of a post beside its words, as SQL over `{posts} p`."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.contracts.search import PostQuery
from hubbub.core.db import Database

SYSTEM: Final = "system_"
_LIVE: Final = "p.deleteat = 0 AND COALESCE(p.type, '') NOT LIKE 'system*_%' ESCAPE '*'"
NEWEST: Final = "ORDER BY p.createat DESC, p.id DESC LIMIT ? OFFSET ?"

_HAS: Final[dict[str, tuple[str, tuple[object, ...]]]] = {
    "file": ("COALESCE(p.fileids, '') NOT IN (?, ?)", ("", "[]")),
    "link": ("(p.message LIKE ? OR p.message LIKE ?)", ("%http://%", "%https://%")),
    "pin": ("COALESCE(p.ispinned, ?) = ?", (False, True)),
    "reaction": ("COALESCE(p.hasreactions, ?) = ?", (False, True)),
}


class Where:
    """A condition that grows, with its parameters in order."""

    def __init__(self, db: Database, sql: str = "", params: Iterable[Any] = ()) -> None:
        self._db = db
        self._parts = [sql] if sql else []
        self.params = list(params)

    @property
    def sql(self) -> str:
        """The condition."""
        return " AND ".join(self._parts)

    def add(self, sql: str, *params: Any) -> None:
        """Demand one thing more."""
        self._parts.append(sql)
        self.params += params

    def among(self, column: str, values: Iterable[str], *, negated: bool = False) -> None:
        """Demand that a column has one of `values` (at least one), or none of them."""
        sql, params = self._db.in_list(f"{column} {'NOT IN' if negated else 'IN'} ({{ids}})", list(values))
        self.add(sql, *params)

    def extend(self, other: "Where") -> None:
        """Demand what another one does."""
        if other.sql:
            self.add(other.sql, *other.params)


def filters(db: Database, query: PostQuery, *, table: str = "p", live: bool = True) -> Where:
    """Return what a query asks of posts but for words.

    `table` is what has channelid, userid and createat; with `live`, posts that are deleted or of the system are out.
    """
    where = Where(db, _LIVE if live else "")
    where.among(f"{table}.channelid", query.channel_ids)
    if query.from_user_ids:
        where.among(f"{table}.userid", query.from_user_ids)
    if query.excluded_user_ids:
        where.among(f"{table}.userid", query.excluded_user_ids, negated=True)
    if query.after:
        where.add(f"{table}.createat > ?", query.after)
    if query.before:
        where.add(f"{table}.createat < ?", query.before)
    for start, end in query.excluded_periods:
        where.add(f"({table}.createat < ? OR {table}.createat >= ?)", start, end)
    for kinds, negation in ((query.has, ""), (query.excluded_has, "NOT ")):
        for kind in kinds:
            sql, params = _HAS[kind]
            if table != "p":
                sql = f"EXISTS (SELECT 1 FROM {{posts}} p WHERE p.id = {table}.postid AND {sql})"
            where.add(f"{negation}({sql})", *params)
    return where
