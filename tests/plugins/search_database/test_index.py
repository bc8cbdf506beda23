"""How posts get into the index, and that searches use it."""

import re
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery
from hubbub.core.db import Database, migrate
from hubbub.core.ids import new_id
from hubbub.plugins.search_database import engines
from hubbub.tests.plugins.search_database.conftest import Stored, migrate_all, open_database
from hubbub.tests.services.databases import Databases, Engine

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")
CHANNEL, USER = "c" * 26, "u" * 26


def posts(count: int, message: str = "word {number}", **fields: Any) -> list[Post]:
    return [
        Post(
            id=new_id(),
            message=message.format(number=number),
            channel_id=CHANNEL,
            user_id=USER,
            create_at=number,
            **fields,
        )
        for number in range(count)
    ]


def find(stored: Stored, terms: str, **fields: Any) -> list[str]:
    return stored.search_posts(PostQuery(terms=terms, **{"channel_ids": (CHANNEL,), **fields}))


@pytest.mark.parametrize("engine", ["sqlite", "postgres", "mysql"])
def test_posts_of_an_existing_database_are_indexed(
    databases: Databases, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In portions: none is left out where one ends, even if they are of the same moment."""
    monkeypatch.setattr(engines, "PORTION", 4)
    with databases.fresh(engine) as source:
        db = open_database(engine, source.data_source, tmp_path)
        migrate_all(db, "posts")
        stored = Stored(db)
        old = [
            *posts(5, "kept 中文 {number}"),
            *posts(5, "kept 中文 {number}"),
            *posts(1, "kept joined", type="system_x"),
        ]
        stored.store(old)
        migrate_all(db, "search_database")
        assert sorted(find(stored, "kept")) == sorted(post.id for post in old[:10])
        assert sorted(find(stored, "中文")) == sorted(post.id for post in old[:10])
        stored.index_posts(posts(1, "kept too"))
        assert len(find(stored, "kept")) == 11
        assert migrate(db, [("search_database", "hubbub.plugins.search_database.migrations")]) == []
        db.close()


class Killed(BaseException):
    """The end of a process, as far as a test can play it."""


@pytest.mark.parametrize("engine", ["sqlite", "postgres", "mysql"])
def test_a_migration_that_was_killed_goes_on_at_the_next_start(
    databases: Databases, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "PORTION", 4)
    with databases.fresh(engine) as source:
        db = open_database(engine, source.data_source, tmp_path)
        migrate_all(db, "posts")
        stored = Stored(db)
        old = posts(10, "kept {number}")
        stored.store(old)
        indexed: list[list[Post]] = []

        def die(self: Any, portion: list[Post]) -> None:
            indexed.append(portion)
            if len(indexed) == 2:
                raise Killed
            really(self, portion)

        kind = type(engines.engine_of(db))
        really = kind.index_posts
        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(kind, "index_posts", die)
            migrate_all(db, "search_database")
        migrate_all(db, "search_database")
        assert sorted(find(stored, "kept")) == sorted(post.id for post in old)
        db.close()


def test_rebuilding_indexes_everything_anew(stored: Stored) -> None:
    known, unknown = posts(2, "rebuilt 中文")
    stored.index_posts([known])
    stored.store([unknown])
    stored.engine.clear()
    assert engines.index_all(stored.db, stored.engine) == 2
    assert len(find(stored, "rebuilt")) == len(find(stored, "中文")) == 2


def test_a_transaction_that_is_rolled_back_leaves_nothing(stored: Stored) -> None:
    post = posts(1, "never 中文")[0]
    with pytest.raises(KeyError), stored.db.transaction():
        stored.store([post])
        stored.engine.index_posts([post])
        raise KeyError
    assert find(stored, "never") == find(stored, "中文") == []
    stored.index_posts([post])
    assert find(stored, "never") == find(stored, "中文") == [post.id]


def test_a_removed_post_leaves_no_word_behind(stored: Stored) -> None:
    """Not even in the index's own tables, where the engine lets one look."""
    post = posts(1, "confidential 中文")[0]
    stored.index_posts([post])
    stored.remove_posts([post.id])
    if stored.db.engine == "sqlite":
        stored.db.execute("CREATE VIRTUAL TABLE hb_vocabulary USING fts5vocab(hb_search, row)")
        assert stored.db.fetch_all("SELECT term FROM hb_vocabulary") == []
        stored.db.execute("DROP TABLE hb_vocabulary")
    else:
        assert stored.db.fetch_all("SELECT postid FROM {hb_search_posts}") == []


def plan(db: Database, monkeypatch: pytest.MonkeyPatch, query: PostQuery) -> str:
    """Return what the engine says of how it would run a search."""
    found: list[str] = []

    def explain(sql: str, params: Any, **_: Any) -> list[Any]:
        head = "EXPLAIN QUERY PLAN " if db.engine == "sqlite" else "EXPLAIN "
        found.append("\n".join(str(row) for row in Database.fetch_all(db, head + sql, params)))
        return []

    def explain_under(local: str, sql: str, params: Any, **_: Any) -> list[Any]:
        found.append("\n".join(str(row) for row in Database.fetch_all_under(db, local, "EXPLAIN " + sql, params)))
        return []

    with monkeypatch.context() as patch:
        patch.setattr(db, "fetch_all", explain)
        patch.setattr(db, "fetch_all_under", explain_under)
        engines.engine_of(db).search_posts(query)
    return found[-1]


INDEXES = {
    "sqlite": r"VIRTUAL TABLE INDEX",
    "postgres": r"idx_posts_message_txt.*idx_hb_search_posts_words",
    "mysql": r"fulltext",
}


@pytest.mark.parametrize("terms", ["rareword", '"rareword other"', "rarew*", "rareword common", "中文"])
def test_words_are_looked_up_in_the_index(stored: Stored, monkeypatch: pytest.MonkeyPatch, terms: str) -> None:
    stored.index_posts(posts(3000, "common text 号码 number {number}"))
    if stored.db.engine == "postgres":
        stored.db.execute("ANALYZE posts")
        stored.db.execute("ANALYZE hb_search_posts")
    query = PostQuery(terms=terms, channel_ids=(CHANNEL,))
    assert re.search(INDEXES[stored.db.engine], plan(stored.db, monkeypatch, query), re.S), plan(
        stored.db, monkeypatch, query
    )
