"""Databases for these tests: `make_db` builds one for a source, `db` has a table `hb_items` in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hubbub.core.db import Database
from hubbub.tests.services.databases import DatabaseSource

MakeDb = Callable[..., Database]


@pytest.fixture
def make_db(tmp_path: Path) -> Iterator[MakeDb]:
    """Return a function that builds a Database for a source; keywords change SqlSettings. All are closed afterwards."""
    made: list[Database] = []

    def make(source: DatabaseSource, **changes: object) -> Database:
        settings = {
            "DriverName": source.driver_name,
            "DataSource": source.data_source,
            "MaxIdleConns": 10,
            "MaxOpenConns": 10,
            "ConnMaxLifetimeMilliseconds": 3_600_000,
            "ConnMaxIdleTimeMilliseconds": 300_000,
            "QueryTimeout": 20,
            "Trace": False,
            **changes,
        }
        made.append(Database(SimpleNamespace(**settings), tmp_path))
        return made[-1]

    yield make
    for db in made:
        db.close()


def create_items(db: Database) -> None:
    """Create the table that these tests use."""
    db.execute("CREATE TABLE {hb_items} (id varchar(26) PRIMARY KEY, name varchar(64) UNIQUE, counter integer)")


@pytest.fixture
def db(database: DatabaseSource, make_db: MakeDb) -> Database:
    """Return an open database with an empty table `hb_items`."""
    db = make_db(database)
    create_items(db)
    return db


def count(db: Database) -> int:
    """Return how many items there are."""
    return int(db.fetch_value("SELECT count(*) FROM {hb_items}"))


def insert(db: Database, key: str, counter: int = 0) -> None:
    """Insert one item."""
    db.execute("INSERT INTO {hb_items} (id, name, counter) VALUES (?, ?, ?)", (key, f"name of {key}", counter))
