"""The tables that built-in plugins make are those of the schema that existing databases have.

`data/schema.json` lists, for each table of that schema on PostgreSQL, its columns (name, type, nullable, default,
position in the primary key) and the definitions of its indexes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from hubbub.core.db import Database, describe, table_names
from hubbub.core.testing import make_app
from hubbub.tests.services.databases import DatabaseSource

SCHEMA: Final[dict[str, dict[str, Any]]] = json.loads((Path(__file__).parent / "data" / "schema.json").read_text())


@pytest.fixture
def db(database: DatabaseSource, tmp_path: Path) -> Iterator[Database]:
    """Yield a database after the migrations of every built-in plugin."""
    sections = {"SqlSettings": {"DriverName": database.driver_name, "DataSource": database.data_source}}
    with make_app(sections, data_directory=tmp_path) as app:
        yield app.app.db


def ours(db: Database) -> list[str]:
    """Return the tables that both have; what only Hubbub has begins with hb_."""
    return sorted(name for name in table_names(db) if not name.startswith("hb_"))


@pytest.mark.engines("postgres")
def test_every_table_is_one_of_the_schema(db: Database) -> None:
    tables = ours(db)
    assert [name for name in tables if name not in SCHEMA] == []
    assert {"users", "teams", "teammembers", "channels", "channelmembers", "posts", "threads"} <= set(tables)


@pytest.mark.engines("postgres")
def test_columns_are_the_same(db: Database) -> None:
    for name in ours(db):
        found = describe(db, name)
        assert found is not None
        columns = [[c.name, c.type, c.nullable, c.default, c.pk_position] for c in found.columns]
        assert sorted(columns) == sorted(SCHEMA[name]["columns"]), name


@pytest.mark.engines("postgres")
def test_indexes_are_the_same(db: Database) -> None:
    for name in ours(db):
        found = describe(db, name)
        assert found is not None
        assert sorted(index.definition for index in found.indexes) == SCHEMA[name]["indexes"], name


@pytest.mark.engines("sqlite")
def test_other_engines_have_the_same_columns_and_keys(db: Database) -> None:
    for name in ours(db):
        found = describe(db, name)
        assert found is not None
        columns = {(c.name, c.pk_position) for c in found.columns}
        assert columns == {(column[0], column[4]) for column in SCHEMA[name]["columns"]}, name
