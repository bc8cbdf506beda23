"""The index on PostgreSQL: the one that the schema has on every message, and a smaller one beside it.

The schema's is English text of the default parser. It has no use for scripts without spaces, emoji and accents, and
takes `report.pdf`, addresses and the like for one word; messages with such things have a row in `hb_search_posts` too,
with words of our own (see `words`) and their hashtags. A post is found by either.
"""

import re
from collections.abc import Iterable
from typing import Final

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery, Term, parse_terms
from hubbub.core.db import Database, Migrator
from hubbub.plugins.search_database.filters import SYSTEM, Where, filters
from hubbub.plugins.search_database.stop_words import STOP_WORDS
from hubbub.plugins.search_database.words import Needle, fold, fold_tag, tag_word, words

_ENGLISH: Final = "to_tsvector('english'::regconfig, (p.message)::text)"
_TAGS: Final = "to_tsvector('english'::regconfig, (p.hashtags)::text)"
_COMPOUND: Final = re.compile(r"\w[^\w\s'-]+\w|<\w|_|-\d")
_SHORTEST_STEM: Final = 3
_LONGEST_CUT: Final = 6
_CREATE: Final = (
    "CREATE TABLE {hb_search_posts} (postid varchar(26) PRIMARY KEY, channelid varchar(26) NOT NULL,"
    " userid varchar(26) NOT NULL, createat bigint NOT NULL, words tsvector NOT NULL)"
)
_INDEXES: Final = (
    "CREATE INDEX IF NOT EXISTS idx_hb_search_posts_words ON {hb_search_posts} USING gin (words)",
    "CREATE INDEX IF NOT EXISTS idx_hb_search_posts_create_at ON {hb_search_posts} (createat, postid)",
)
# PERF: reading a message as words costs a hundred times what the planner believes. Left alone it prefers to read posts
# from the newest on to looking words up, until so few match that this takes seconds. Costs that high would also have
# it compile the query and start other processes, which takes longer than the query.
_PLAN: Final = "SET LOCAL cpu_operator_cost = 0.25; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"


class PostgresEngine:
    """Implements `SearchEngine`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._add = db.prepare(
            "INSERT INTO {hb_search_posts} (postid, channelid, userid, createat, words)"
            " VALUES (?, ?, ?, ?, to_tsvector('simple', ?)) ON CONFLICT DO NOTHING"
        )

    @staticmethod
    def create(m: Migrator) -> None:
        """Create the empty table."""
        m.execute(_CREATE)

    @staticmethod
    def finish(m: Migrator) -> None:
        """Create the indexes, once the posts that exist are in the table."""
        for statement in _INDEXES:
            m.execute(statement)

    def clear(self) -> None:
        """Empty the table beside the schema's index."""
        self._db.execute("DELETE FROM {hb_search_posts}")

    def index_posts(self, posts: Iterable[Post]) -> None:
        """See `SearchEngine.index_posts`. Most messages need nothing: the schema's index has them."""
        rows = [
            (post.id, post.channel_id, post.user_id, post.create_at, _text(post))
            for post in posts
            if is_special(post.message) and not post.type.startswith(SYSTEM)
        ]
        if rows:
            self._db.execute_many(self._add, rows)

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
        wanted = _known(parse_terms(query.terms))
        unwanted = _known(parse_terms(query.excluded_terms))
        if not wanted and not query.any_text:
            return []
        limit = (query.page + 1) * query.per_page
        branches = [self._schema_s(query, wanted, unwanted, limit)]
        if wanted:
            branches.append(self._own(query, wanted, unwanted, limit))
        union = " UNION ".join(branch.sql for branch in branches)
        sql = f"SELECT id FROM ({union}) found ORDER BY createat DESC, id DESC LIMIT ? OFFSET ?"
        params = [param for branch in branches for param in branch.params]
        params += [query.per_page, query.page * query.per_page]
        return [row[0] for row in self._db.fetch_all_under(_PLAN, sql, params, replica="search")]

    def _schema_s(self, query: PostQuery, wanted: list[Term], unwanted: list[Term], limit: int) -> Where:
        """Return the newest posts that the schema's index finds, as a query."""
        where = filters(self._db, query)
        words_of = _Words(self._db, " || " if query.or_terms else " && ")
        for term in wanted:
            words_of.want(term)
        for term in unwanted:
            words_of.exclude(term)
        where.extend(words_of.condition)
        for text in map(_own_query, unwanted):
            where.add(
                "NOT EXISTS (SELECT 1 FROM {hb_search_posts} s WHERE s.postid = p.id"
                " AND s.words @@ to_tsquery('simple', ?))",
                text,
            )
        where.params.append(limit)
        sql = (
            f"(SELECT p.id, p.createat FROM {{posts}} p WHERE {where.sql} ORDER BY p.createat DESC, p.id DESC LIMIT ?)"
        )
        return Where(self._db, sql, where.params)

    def _own(self, query: PostQuery, wanted: list[Term], unwanted: list[Term], limit: int) -> Where:
        """Return the newest posts that the words of our own find, as a query."""
        between = " | " if query.or_terms else " & "
        text = "(" + between.join(f"({_own_query(term)})" for term in wanted) + ")"
        text += "".join(f" & !({_own_query(term)})" for term in unwanted)
        where = filters(self._db, query, table="s", live=False)
        where.add("s.words @@ to_tsquery('simple', ?)", text)
        where.params.append(limit)
        sql = (
            f"(SELECT s.postid, s.createat FROM {{hb_search_posts}} s WHERE {where.sql}"
            " ORDER BY s.createat DESC, s.postid DESC LIMIT ?)"
        )
        return Where(self._db, sql, where.params)


Query = tuple[str, list[str]]
"""An expression that is a tsquery, and its parameters."""


class _Words:
    """A condition on the schema's index: as much as possible in one query, so that a message is read once."""

    def __init__(self, db: Database, between: str) -> None:
        self._db = db
        self._between = between
        self._wanted: list[Query] = []
        self._unwanted: list[Query] = []
        self._others: list[Where] = []
        self._not_others: list[Where] = []

    def want(self, term: Term) -> None:
        """Look for a term."""
        if term.kind in ("word", "phrase"):
            self._wanted.append(_english(term))
        else:
            self._others.append(self._other(term))

    def exclude(self, term: Term) -> None:
        """Leave out what has a term."""
        if term.kind in ("word", "phrase"):
            self._unwanted.append(_english(term))
        else:
            self._not_others.append(self._other(term))

    @property
    def condition(self) -> Where:
        """The whole condition; empty when there is nothing to look for or to leave out."""
        found = Where(self._db)
        choice = list(self._others)
        unwanted = list(self._not_others)
        if self._wanted and (self._between == " && " or not choice):
            choice.append(_matching(self._db, self._wanted, self._between, self._unwanted))
        else:
            choice += [_matching(self._db, self._wanted, self._between)] if self._wanted else []
            unwanted += [_matching(self._db, self._unwanted, " || ")] if self._unwanted else []
        if choice:
            joined = (" AND " if self._between == " && " else " OR ").join(f"({part.sql})" for part in choice)
            found.add(f"({joined})", *(param for part in choice for param in part.params))
        for part in unwanted:
            found.add(f"NOT ({part.sql})", *part.params)
        return found

    def _other(self, term: Term) -> Where:
        return _tag(self._db, term) if term.kind == "hashtag" else _beginning(self._db, Needle(term).tokens)


def _matching(db: Database, queries: list[Query], between: str, unwanted: Iterable[Query] = ()) -> Where:
    text = f"({between.join(sql for sql, _ in queries)})" + "".join(f" && !!({sql})" for sql, _ in unwanted)
    return Where(db, f"{_ENGLISH} @@ ({text})", [param for _, params in [*queries, *unwanted] for param in params])


def _english(term: Term) -> Query:
    """Return a word or phrase as a query of PostgreSQL's making."""
    function = "phraseto_tsquery" if term.kind == "phrase" else "plainto_tsquery"
    plain = " ".join(Needle(term).tokens)
    if plain == term.text.lower():
        return f"{function}('english', ?)", [term.text]
    # as others may write it
    return f"({function}('english', ?) || phraseto_tsquery('english', ?))", [term.text, plain]


def _beginning(db: Database, tokens: list[str]) -> Where:
    """Return the condition for a word's beginning.

    The index has stems: of `meetin*` it may know `meet` only. So shorter ones are looked for too, and the message
    itself decides.
    """
    if len(tokens) > 1:
        query = " <-> ".join(f"'{token}'" for token in tokens) + ":*"
        return Where(db, f"{_ENGLISH} @@ to_tsquery('english', ?)", [query])
    token = tokens[0]
    stems = [token[:-cut] for cut in range(1, _LONGEST_CUT) if len(token) - cut >= _SHORTEST_STEM]
    query = " | ".join([f"'{token}':*", *(f"'{stem}'" for stem in stems)])
    return Where(db, f"{_ENGLISH} @@ to_tsquery('simple', ?) AND p.message ~* ?", [query, rf"\m{token}"])


def _tag(db: Database, term: Term) -> Where:
    where = Where(db)
    bare = term.text[1:]
    if fold(bare) not in STOP_WORDS:
        where.add(f"{_TAGS} @@ plainto_tsquery('english', ?)", bare)
    where.add("' ' || lower(p.hashtags) || ' ' LIKE ? ESCAPE '*'", f"% {db.dialect.like(fold_tag(term.text))} %")
    return where


def _own_query(term: Term) -> str:
    """Return a term as a query in words of our own.

    SECURITY: only words of letters and digits get into it, each in quotation marks.
    """
    if term.kind == "hashtag":
        return f"'{tag_word(term.text)}'"
    needle = Needle(term)
    if needle.is_word:
        return " | ".join(f"'{form}'" for form in needle.forms)
    return " <-> ".join(f"'{token}'" for token in needle.tokens) + (":*" if needle.is_prefix else "")


def _text(post: Post) -> str:
    return " ".join([*words(post.message), *map(tag_word, post.hashtags.split())])


def is_special(message: str) -> bool:
    """Say whether the schema's index doesn't know all words of a message."""
    return not message.isascii() or _COMPOUND.search(message) is not None


def _known(terms: Iterable[Term]) -> list[Term]:
    """Leave out what the index can't find: terms without a word, and English words that it has left out."""
    return [term for term in terms if term.kind == "hashtag" or _is_known(term)]


def _is_known(term: Term) -> bool:
    tokens = Needle(term).tokens
    return (term.kind == "prefix" and bool(tokens)) or any(token not in STOP_WORDS for token in tokens)
