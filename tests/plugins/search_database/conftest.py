"""The engine of each database, over the real table of posts, which is emptied before each test."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import PostQuery
from hubbub.core.db import Database, migrate
from hubbub.plugins.search_database.engines import engine_of
from hubbub.tests.services.databases import Databases

_COLUMNS = ("id", "createat", "updateat", "deleteat", "userid", "channelid", "rootid", "originalid", "message", "type",
            "hashtags")  # fmt: skip


class Stored:
    """An engine with the table it reads: posts are stored and indexed at once, as the plugin `posts` does it."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.engine = engine_of(db)

    def store(self, posts: Iterable[Post]) -> None:
        """Store posts without telling the engine."""
        rows = [
            (post.id, post.create_at, post.create_at, post.delete_at, post.user_id, post.channel_id, "", "",
             post.message, post.type, post.hashtags)
            for post in posts
        ]  # fmt: skip
        self.db.insert_many("posts", _COLUMNS, rows)

    def index_posts(self, posts: Iterable[Post]) -> None:
        posts = list(posts)
        with self.db.transaction():
            self.store(posts)
            self.engine.index_posts(posts)

    def remove_posts(self, post_ids: Iterable[str]) -> None:
        ids = list(post_ids)
        with self.db.transaction():
            self.engine.remove_posts(ids)
            self.db.execute_many("DELETE FROM {posts} WHERE id = ?", [(post_id,) for post_id in ids])

    def search_posts(self, query: PostQuery) -> list[str]:
        return self.engine.search_posts(query)


@pytest.fixture(scope="module")
def database(
    databases: Databases, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """Yield a migrated database of each engine in turn."""
    with databases.fresh(request.param) as source:
        db = open_database(source.driver_name, source.data_source, tmp_path_factory.mktemp("data"))
        migrate_all(db)
        yield db
        db.close()


def open_database(driver: str, source: str, folder: Path) -> Database:
    """Return a database that nothing has migrated."""
    settings = SimpleNamespace(
        DriverName=driver,
        DataSource=source,
        MaxIdleConns=5,
        MaxOpenConns=5,
        ConnMaxLifetimeMilliseconds=0,
        ConnMaxIdleTimeMilliseconds=0,
        QueryTimeout=30,
        Trace=False,
    )
    return Database(settings, folder)


def migrate_all(db: Database, *plugins: str) -> None:
    """Run the migrations of plugins: by default of posts and of the index."""
    migrate(db, [(name, f"hubbub.plugins.{name}.migrations") for name in plugins or ("posts", "search_database")])


@pytest.fixture
def stored(database: Database) -> Stored:
    """Return the empty engine."""
    stored = Stored(database)
    database.execute("DELETE FROM {posts}")
    stored.engine.clear()
    return stored
