"""Search of files by their names, extensions, senders, channels and times."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.contracts.files import FileInfo
from hubbub.core.contracts.search import PostQuery, Term, parse_terms
from hubbub.core.db import Database
from hubbub.plugins.files.records import COLUMNS, from_row

_LIVE: Final = "channelid IN ({ids}) AND postid <> '' AND deleteat = 0"
_NAME: Final = "LOWER(name) LIKE ? ESCAPE '*'"


class FileSearch:
    """Finds files."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def search(
        self, query: PostQuery, *, extensions: Iterable[str] = (), excluded_extensions: Iterable[str] = ()
    ) -> list[FileInfo]:
        """See `FileService.search`. One query for up to 500 channels; it reads the names of all files in them."""
        where = _Where()
        where.name_has(parse_terms(query.terms), self._db.dialect.like, " OR " if query.or_terms else " AND ")
        for term in parse_terms(query.excluded_terms):
            where.add(f"NOT {_NAME}", _pattern(term, self._db.dialect.like))
        where.one_of("extension", extensions)
        where.one_of("extension", excluded_extensions, "NOT ")
        where.one_of("creatorid", query.from_user_ids)
        where.one_of("creatorid", query.excluded_user_ids, "NOT ")
        if query.after:
            where.add("createat > ?", query.after)
        if query.before:
            where.add("createat < ?", query.before)
        for first, end in query.excluded_periods:
            where.add("NOT (createat >= ? AND createat < ?)", first, end)
        wanted = (query.page + 1) * query.per_page
        sql = (
            f"SELECT {', '.join(COLUMNS)} FROM {{fileinfo}} WHERE {_LIVE}{where.text}"
            f" ORDER BY createat DESC, id LIMIT {wanted:d}"
        )
        rows = self._db.select_in(sql, query.channel_ids, params_after=where.params)
        found = sorted((from_row(row).info for row in rows), key=lambda info: (-info.create_at, info.id))
        return found[query.page * query.per_page : wanted]


class _Where:
    """Conditions, and the values in them."""

    def __init__(self) -> None:
        self.text = ""
        self.params: list[Any] = []

    def add(self, condition: str, *params: Any) -> None:
        self.text += f" AND {condition}"
        self.params += params

    def one_of(self, column: str, values: Iterable[str], negation: str = "") -> None:
        wanted = list(dict.fromkeys(values))
        if wanted:
            self.add(f"{column} {negation}IN ({', '.join('?' * len(wanted))})", *wanted)

    def name_has(self, terms: list[Term], like: Any, joined: str) -> None:
        if terms:
            self.add(f"({joined.join([_NAME] * len(terms))})", *(_pattern(term, like) for term in terms))


def _pattern(term: Term, like: Any) -> str:
    return f"%{like(term.text.lower())}%"
