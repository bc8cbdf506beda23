"""The index on MySQL and MariaDB: a FULLTEXT index over words of our own.

InnoDB leaves out words of fewer than three letters and common ones, and MariaDB has no parser for scripts without
spaces. With `xq` before each word there are no such words. Channel, author and hashtags are words too, with `xm`.
"""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery, Term, parse_terms
from hubbub.core.db import Database, Migrator
from hubbub.plugins.search_database.filters import NEWEST, SYSTEM, filters
from hubbub.plugins.search_database.words import Needle, needles, tag_word, words

MAX_MARKED: Final = 20
LONGEST: Final = 60
"""Letters of a word that count; InnoDB leaves out words of more than 84."""
LONGEST_PHRASE: Final = 64
"""Words of a phrase that count: InnoDB refuses much longer ones."""
_CREATE: Final = (
    "CREATE TABLE {hb_search_posts} (postid varchar(26) NOT NULL PRIMARY KEY,"
    " words mediumtext COLLATE utf8mb4_general_ci NOT NULL)"
    " DEFAULT CHARACTER SET utf8mb4 COLLATE $collation ENGINE=InnoDB"
)
_INDEX: Final = "CREATE FULLTEXT INDEX idx_hb_search_posts_words ON {hb_search_posts} (words)"
_MATCH: Final = "MATCH (s.words) AGAINST (? IN BOOLEAN MODE)"


class MysqlEngine:
    """Implements `SearchEngine`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @staticmethod
    def create(m: Migrator) -> None:
        """Create the empty table. Its ids are compared with those of posts, so they have the collation of those."""
        m.execute(_CREATE.replace("$collation", m.db.dialect.collation))

    @staticmethod
    def finish(m: Migrator) -> None:
        """Create the index, once the posts that exist are in the table."""
        if not m.has_index("hb_search_posts", "idx_hb_search_posts_words"):
            m.execute(_INDEX)

    def clear(self) -> None:
        """Empty the index."""
        self._db.execute("DELETE FROM {hb_search_posts}")

    def index_posts(self, posts: Iterable[Post]) -> None:
        """See `SearchEngine.index_posts`."""
        rows = [(post.id, _text(post)) for post in posts if not post.type.startswith(SYSTEM)]
        if rows:
            self._db.insert_many("hb_search_posts", ("postid", "words"), rows, ignore_duplicates=True)

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        """See `SearchEngine.remove_posts`."""
        ids = list(post_ids)
        if ids:
            sql, params = self._db.in_list("DELETE FROM {hb_search_posts} WHERE postid IN ({ids})", ids)
            self._db.execute(sql, params)

    def search_posts(self, query: PostQuery) -> list[str]:
        """See `SearchEngine.search_posts`."""
        if not query.channel_ids:
            return []
        wanted = _expressions(parse_terms(query.terms))
        unwanted = _expressions(parse_terms(query.excluded_terms))
        where = filters(self._db, query)
        if not wanted and not query.any_text:
            return []
        if wanted:
            sql = f"SELECT p.id FROM {{hb_search_posts}} s JOIN {{posts}} p ON p.id = s.postid WHERE {_MATCH} AND "
            params: list[Any] = [_boolean(query, wanted, unwanted)]
        else:
            sql, params = "SELECT p.id FROM {posts} p WHERE ", []
            if unwanted:
                where.add(
                    f"p.id NOT IN (SELECT s.postid FROM {{hb_search_posts}} s WHERE {_MATCH})", " ".join(unwanted)
                )
        params += [*where.params, query.per_page, query.page * query.per_page]
        return [row[0] for row in self._db.fetch_all(f"{sql}{where.sql} {NEWEST}", tuple(params), replica="search")]


def _text(post: Post) -> str:
    marks = [f"xmc{post.channel_id}", f"xmu{post.user_id}", *(f"xm{tag_word(tag)}" for tag in post.hashtags.split())]
    return " ".join([*marks, *(f"xq{word[:LONGEST]}" for word in words(post.message))])


def _boolean(query: PostQuery, wanted: list[str], unwanted: list[str]) -> str:
    """Return what MySQL calls a boolean search."""
    parts = [f"+({' '.join(wanted)})"] if query.or_terms else [f"+{part}" for part in wanted]
    for kind, ids in (("c", query.channel_ids), ("u", query.from_user_ids)):
        if 0 < len(ids) <= MAX_MARKED:
            parts.append("+(" + " ".join(f"xm{kind}{entry}" for entry in ids) + ")")
    return " ".join([*parts, *(f"-{part}" for part in unwanted)])


def _expressions(terms: list[Term]) -> list[str]:
    """Return each term in the engine's language.

    SECURITY: only words of letters and digits get into it.
    """
    tags = [f"xm{tag_word(term.text)}" for term in terms if term.kind == "hashtag"]
    return tags + [_expression(needle) for needle in needles(terms)]


def _expression(needle: Needle) -> str:
    tokens = [f"xq{token[:LONGEST]}" for token in needle.tokens[:LONGEST_PHRASE]]
    if needle.is_word:
        return "(" + " ".join(f"xq{form[:LONGEST]}" for form in needle.forms) + ")"
    if not needle.is_prefix:
        return '"' + " ".join(tokens) + '"'
    whole = "" if len(tokens) == 1 else " ".join(f"+{token}" for token in tokens[:-1]) + " +"
    return f"({whole}{tokens[-1]}*)"  # a phrase can't end in a beginning there
