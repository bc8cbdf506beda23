"""The engine for a database, and how posts that exist get into its index."""

from collections.abc import Iterator
from typing import Final, Protocol

from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.search import SearchEngine
from hubbub.core.db import Database, Migrator
from hubbub.plugins.search_database.engine_mysql import MysqlEngine
from hubbub.plugins.search_database.engine_postgres import PostgresEngine
from hubbub.plugins.search_database.engine_sqlite import SqliteEngine

PORTION: Final = 2000
_PORTION: Final = (
    "SELECT id, createat, channelid, userid, message, hashtags, type FROM {posts} WHERE deleteat = 0"
    " AND (createat > ? OR (createat = ? AND id > ?)) ORDER BY createat, id LIMIT ?"
)


class DatabaseEngine(SearchEngine, Protocol):
    """An index in the database."""

    @staticmethod
    def create(m: Migrator) -> None:
        """Create its empty tables."""

    @staticmethod
    def finish(m: Migrator) -> None:
        """Create what is better created when posts are in it."""

    def clear(self) -> None:
        """Empty it."""


def engine_of(db: Database) -> DatabaseEngine:
    """Return the engine for a database."""
    engines: dict[str, type[DatabaseEngine]] = {
        "sqlite": SqliteEngine,
        "postgres": PostgresEngine,
        "mysql": MysqlEngine,
    }
    return engines[db.engine](db)  # type: ignore[call-arg]  # a Protocol says nothing of how it is built


def index_all(db: Database, engine: DatabaseEngine) -> int:
    """Index all posts there are, in portions, into an empty index; returns how many were looked at."""
    count = 0
    for posts in _portions(db):
        engine.index_posts(posts)
        count += len(posts)
    return count


def _portions(db: Database) -> Iterator[list[Post]]:
    time, post_id = -1, ""
    while True:
        rows = db.fetch_all(_PORTION, (time, time, post_id, PORTION))
        if rows:
            yield [_post(row) for row in rows]
        if len(rows) < PORTION:
            return
        post_id, time = rows[-1][0], rows[-1][1]


def _post(row: tuple[str, int, str, str, str | None, str | None, str | None]) -> Post:
    return Post(
        id=row[0],
        create_at=row[1],
        channel_id=row[2],
        user_id=row[3],
        message=row[4] or "",
        hashtags=row[5] or "",
        type=row[6] or "",
    )
