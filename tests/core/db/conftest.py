"""Databases for these tests: `make_db` builds one for a source, `db` has a table `hb_items` in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hubbub.core.db import Database
from hubbub.tests.services.databases import Databases, DatabaseSource

MakeDb = Callable[..., Database]


def build(source: DatabaseSource, folder: Path, **changes: object) -> Database:
    """Return a Database for `source`; keywords change SqlSettings."""
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
    return Database(SimpleNamespace(**settings), folder)


@pytest.fixture
def make_db(tmp_path: Path) -> Iterator[MakeDb]:
    """Return a function that builds a Database for a source; keywords change SqlSettings. All are closed afterwards."""
    made: list[Database] = []

    def make(source: DatabaseSource, **changes: object) -> Database:
        made.append(build(source, tmp_path, **changes))
        return made[-1]

    yield make
    for db in made:
        db.close()


def create_items(db: Database) -> None:
    """Create the table that these tests use."""
    db.execute("CREATE TABLE {hb_items} (id varchar(26) PRIMARY KEY, name varchar(64) UNIQUE, counter integer)")


@pytest.fixture(scope="session", params=["sqlite", "postgres", pytest.param("mysql", marks=pytest.mark.mysql)])
def items_source(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabaseSource]:
    """Yield a database with the table `hb_items`, the same one for all tests of an engine: that saves minutes."""
    with databases.fresh(request.param) as source:
        db = build(source, tmp_path_factory.mktemp("items"))
        create_items(db)
        db.close()
        yield source


@pytest.fixture
def db(items_source: DatabaseSource, make_db: MakeDb) -> Database:
    """Return an open database on each engine with an empty table `hb_items`."""
    db = make_db(items_source)
    db.execute("DELETE FROM {hb_items}")
    return db


def count(db: Database) -> int:
    """Return how many items there are."""
    return int(db.fetch_value("SELECT count(*) FROM {hb_items}"))


def insert(db: Database, key: str, counter: int = 0) -> None:
    """Insert one item."""
    db.execute("INSERT INTO {hb_items} (id, name, counter) VALUES (?, ?, ?)", (key, f"name of {key}", counter))
