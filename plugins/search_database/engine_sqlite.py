"""The index on SQLite: FTS5, contentless, whose row numbers are times.

A number is the post's time followed by the beginning of its id, so that FTS5 walks matches from the newest on and stops
when a page is full. Beside its words each post has marks: its channel, its author and its hashtags are words of
a second column, so that the index itself intersects them.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery, Term, parse_terms
from hubbub.core.db import Database, Migrator
from hubbub.plugins.search_database.filters import NEWEST, SYSTEM, filters
from hubbub.plugins.search_database.words import Needle, needles, tag_word, words

ID_BITS: Final = 21  # four characters of an id
PROBES: Final = 64
MAX_MARKED: Final = 200
"""So many channels are looked for in the index; with more, those of each match are looked at."""
FEW: Final = 3
_DIGITS: Final = {character: number for number, character in enumerate("0123456789abcdefghijklmnopqrstuvwxyz")}
_CREATE: Final = (
    "CREATE TABLE {hb_search_posts} (id INTEGER PRIMARY KEY, postid varchar(26) NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE {hb_search} USING fts5(body, marks, content='', columnsize=0,"
    " tokenize='unicode61 remove_diacritics 0')",
)
_MATCH: Final = (
    "SELECT p.id FROM {hb_search} s CROSS JOIN {hb_search_posts} m ON m.id = s.rowid"
    " CROSS JOIN {posts} p ON p.id = m.postid WHERE s.{hb_search} MATCH ? AND "
)
"""CROSS JOIN is SQLite's word for tables in this order."""
_WITHOUT: Final = (
    "NOT EXISTS (SELECT 1 FROM {hb_search_posts} m CROSS JOIN {hb_search} s ON s.rowid = m.id"
    " WHERE m.postid = p.id AND s.{hb_search} MATCH ?)"
)


class SqliteEngine:
    """Implements `SearchEngine`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        # Times may be equal, and so may be the beginnings of ids: then the next free number is taken.
        self._number = db.prepare(
            f"INSERT INTO {{hb_search_posts}} (id, postid) VALUES ((SELECT COALESCE(MAX(id) + 1, ?) FROM"
            f" {{hb_search_posts}} WHERE id >= ? AND id < ? + {PROBES}), ?)"
        )
        self._add = db.prepare(
            "INSERT INTO {hb_search} (rowid, body, marks)"
            " VALUES ((SELECT id FROM {hb_search_posts} WHERE postid = ?), ?, ?)"
        )
        self._forget = db.prepare(
            "INSERT INTO {hb_search} ({hb_search}, rowid, body, marks) VALUES ('delete', ?, ?, ?)"
        )

    @staticmethod
    def create(m: Migrator) -> None:
        """Create the empty index."""
        for statement in _CREATE:
            m.execute(statement)

    @staticmethod
    def finish(m: Migrator) -> None:
        """Nothing is left to do when posts have been added."""

    def clear(self) -> None:
        """Empty the index."""
        self._db.execute("DELETE FROM {hb_search_posts}")
        self._db.execute("INSERT INTO {hb_search} ({hb_search}) VALUES ('delete-all')")

    def index_posts(self, posts: Iterable[Post]) -> None:
        """See `SearchEngine.index_posts`."""
        found = [post for post in posts if not post.type.startswith(SYSTEM)]
        if not found:
            return
        numbers = [(number, number, number, post.id) for number, post in zip(map(_number, found), found, strict=True)]
        rows = [(post.id, _body(post.message), _marks(post)) for post in found]
        if len(found) == 1:
            self._db.execute(self._number, numbers[0])
            self._db.execute(self._add, rows[0])
            return
        self._db.execute_many(self._number, numbers)
        self._db.execute_many(self._add, rows)

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        """See `SearchEngine.remove_posts`."""
        sql = (
            "SELECT m.id, p.id, p.channelid, p.userid, p.message, p.hashtags FROM {hb_search_posts} m"
            " JOIN {posts} p ON p.id = m.postid WHERE m.postid IN ({ids})"
        )
        rows = self._db.select_in(sql, post_ids)
        gone = [
            (row[0], Post(id=row[1], channel_id=row[2], user_id=row[3], message=row[4] or "", hashtags=row[5] or ""))
            for row in rows
        ]
        self._db.execute_many(self._forget, [(number, _body(post.message), _marks(post)) for number, post in gone])
        self._db.execute_many("DELETE FROM {hb_search_posts} WHERE id = ?", [(number,) for number, _ in gone])

    def search_posts(self, query: PostQuery) -> list[str]:
        """See `SearchEngine.search_posts`."""
        if not query.channel_ids:
            return []
        wanted = _expression(parse_terms(query.terms), " OR " if query.or_terms else " AND ")
        if not wanted and not query.any_text:
            return []
        unwanted = _expression(parse_terms(query.excluded_terms), " OR ")
        parts = [f"({wanted})"] if wanted else []
        if 0 < len(query.from_user_ids) <= MAX_MARKED:
            parts.append(_marked("u", query.from_user_ids))
        # PERF: next to authors, many channels cost more to look up than to look at in the posts that are left.
        if len(query.channel_ids) <= (FEW if len(parts) > bool(wanted) else MAX_MARKED):
            parts.append(_marked("c", query.channel_ids))
        if not parts:
            return self._any(query, unwanted)
        return self._matching(query, " AND ".join(parts) + (f" NOT ({unwanted})" if unwanted else ""))

    def _matching(self, query: PostQuery, expression: str) -> list[str]:
        where = filters(self._db, query)
        # The same bounds as in `filters`, in row numbers: matches outside of them aren't even walked.
        if query.after:
            where.add("s.rowid >= ?", query.after << ID_BITS)
        if query.before:
            where.add("s.rowid < ?", query.before << ID_BITS)
        sql = f"{_MATCH}{where.sql} ORDER BY s.rowid DESC LIMIT ? OFFSET ?"
        return self._ids(sql, [expression, *where.params], query)

    def _any(self, query: PostQuery, unwanted: str) -> list[str]:
        """Find posts without looking for anything in the index: from the newest on, in many channels."""
        where = filters(self._db, query)
        if unwanted:
            where.add(_WITHOUT, unwanted)
        sql = f"SELECT p.id FROM {{posts}} p INDEXED BY idx_posts_create_at_id WHERE {where.sql} {NEWEST}"
        return self._ids(sql, where.params, query)

    def _ids(self, sql: str, params: list[Any], query: PostQuery) -> list[str]:
        params = [*params, query.per_page, query.page * query.per_page]
        return [row[0] for row in self._db.fetch_all(sql, tuple(params))]


def _number(post: Post) -> int:
    rank = 0
    for character in post.id[:4].lower():
        rank = rank * 36 + _DIGITS.get(character, 0)
    return (max(post.create_at, 0) << ID_BITS) + rank


def _body(message: str) -> str:
    """Return the text to index; FTS5 splits plain ASCII into the same words."""
    return message if message.isascii() else " ".join(words(message))


def _marks(post: Post) -> str:
    marks = f"c{post.channel_id} u{post.user_id}"
    return " ".join([marks, *map(tag_word, post.hashtags.split())]) if post.hashtags else marks


def _marked(kind: str, ids: Iterable[str]) -> str:
    return "(marks : (" + " OR ".join(f'"{kind}{entry}"' for entry in ids) + "))"


def _expression(terms: list[Term], between: str) -> str:
    """Return terms in FTS5's language, "" when there is nothing to look for.

    SECURITY: only words of letters and digits get into it, each in quotation marks.
    """
    parts = [f'marks : "{tag_word(term.text)}"' for term in terms if term.kind == "hashtag"]
    parts += [f"body : ({part})" for needle in needles(terms) for part in _needle(needle)]
    return between.join(f"({part})" for part in parts)


def _needle(needle: Needle) -> Iterator[str]:
    if needle.is_word:
        yield " OR ".join(f'"{form}"' for form in needle.forms)
    else:
        yield f'"{" ".join(needle.tokens)}"' + (" *" if needle.is_prefix else "")
