"""Peewee's query builder for paths that aren't hot: it writes the SQL, `Database` runs it."""

from typing import Any, Final

import peewee

from hubbub.core.db.database import Database
from hubbub.core.db.session import Row

# Never connected: they know how their engine writes SQL.
_WRITERS: Final[dict[str, Any]] = {
    "sqlite": peewee.SqliteDatabase(None),
    "postgres": peewee.PostgresqlDatabase(None),
    "mysql": peewee.MySQLDatabase(None),
}


def render_query(db: Database, query: Any) -> tuple[str, tuple[Any, ...]]:
    """Return a peewee query as source text for `db.prepare`, and its parameters.

    Models stay unbound, so the engine is that of `db`. Takes about 300 µs: keep the text where speed counts.
    """
    text, params = _WRITERS[db.engine].get_sql_context().sql(query).query()
    if db.engine != "sqlite":
        text = text.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
    return _name_tables(text, db), tuple(params)


def fetch_query(db: Database, query: Any) -> list[Row]:
    """Run a peewee SELECT and return its rows as tuples."""
    return db.fetch_all(*render_query(db, query))


def execute_query(db: Database, query: Any) -> int:
    """Run a peewee INSERT, UPDATE or DELETE and return how many rows it changed."""
    return db.execute(*render_query(db, query))


def _name_tables(text: str, db: Database) -> str:
    """Spell the tables as a MySQL database does; a column of the same name isn't harmed, case says nothing there."""
    if db.engine != "mysql":
        return text
    db.fetch_one("SELECT 1")  # the first connection learns how the tables are spelled
    names = {part for part in text.split("`") if part.islower()}
    for name in names:
        text = text.replace(f"`{name}`", f"`{db.dialect.table(name)}`")
    return text
