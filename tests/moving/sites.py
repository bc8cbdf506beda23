"""A small site with awkward rows, on any engine."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from hubbub.core.config.sections.database import SqlSettings
from hubbub.core.db import Database, migrate
from hubbub.core.moving.places import Place
from hubbub.tests.services.databases import DatabaseSource

POSTS: Final = 23
EMOJI: Final = "a tugboat 🚢 and a family 👨‍👩‍👧\n\ttab, \\N and \\ at the end\\"
PROPS: Final = '{"b": [1, 2.5, true, null], "a": "é\\u2028"}'


def open_database(source: DatabaseSource) -> Database:
    """Return a database to look into."""
    settings = {
        "DriverName": source.driver_name, "DataSource": source.data_source, "MaxIdleConns": 2, "MaxOpenConns": 2,
        "ConnMaxLifetimeMilliseconds": 0, "ConnMaxIdleTimeMilliseconds": 0, "QueryTimeout": 20, "Trace": False,
    }  # fmt: skip
    return Database(SimpleNamespace(**settings))


def place(source: DatabaseSource, *, reads: bool = False) -> Place:
    """Return a database as the commands open it."""
    settings = SqlSettings(DriverName=source.driver_name, DataSource=source.data_source)
    return Place(settings, Path(), "--from" if reads else "--to", reads=reads)


def post(number: int, message: str = "", props: str = "{}") -> dict[str, Any]:
    """Return the columns of a post."""
    return {
        "id": f"post{number:022}", "createat": 1000 + number, "updateat": 1000 + number, "editat": 0, "deleteat": 0,
        "ispinned": number % 2 == 0, "userid": "ana", "channelid": "room", "rootid": "", "originalid": "",
        "message": message or f"message {number}", "type": "", "props": props, "hashtags": "", "filenames": "[]",
        "fileids": "[]", "hasreactions": False, "remoteid": None,
    }  # fmt: skip


def user(name: str) -> dict[str, Any]:
    """Return the columns of a user that have no default."""
    return {"id": name, "username": name, "email": f"{name}@example.com", "createat": 1, "props": PROPS}


def insert(db: Database, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows."""
    columns = list(rows[0])
    db.insert_many(table, columns, [tuple(row[column] for column in columns) for row in rows])


def build(source: DatabaseSource, plugins: Any) -> None:
    """Make the tables and put rows in."""
    db = open_database(source)
    migrate(db, plugins)
    insert(db, "users", [user("ana"), user("bea")])
    insert(db, "posts", [post(1, EMOJI, PROPS), *[post(number) for number in range(2, POSTS + 1)]])
    insert(db, "preferences", [
        {"userid": "ana", "category": f"c{number % 3}", "name": f"n{number}", "value": "x"} for number in range(17)
    ])  # fmt: skip
    db.close()


def contents(db: Database, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Return rows in an order that all engines share."""
    return sorted(db.fetch_all(f"SELECT {columns} FROM {{{table}}}"))
