"""The tables that built-in plugins make are those of the schema that existing databases have.

`data/schema.json` lists, for each table of that schema on PostgreSQL, its columns (name, type, nullable, default,
position in the primary key) and the definitions of its indexes; `data/constraints.json` the constraints but for primary
keys. Tables that no plugin makes yet are listed in the report of the run (`pytest -rP`, and as a property in JUnit's).
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from hubbub.core.db import Database, describe, table_names
from hubbub.core.testing import make_app
from hubbub.tests.services.databases import DatabaseSource

SCHEMA: Final[dict[str, dict[str, Any]]] = json.loads((Path(__file__).parent / "data" / "schema.json").read_text())

CONSTRAINTS: Final[dict[str, list[list[str]]]] = json.loads(
    (Path(__file__).parent / "data" / "constraints.json").read_text()
)
ENUMS: Final = {
    "channel_bookmark_type": ("link", "file"),
    "channel_type": ("P", "G", "O", "D"),
    "outgoingoauthconnections_granttype": ("client_credentials", "password"),
    "property_field_type": ("text", "select", "multiselect", "date", "user", "multiuser"),
    "team_type": ("I", "O"),
    "upload_session_type": ("attachment", "import"),
}
MATTERMOSTS_OWN: Final = frozenset({"db_config_migrations", "db_lock", "db_migrations"})
"""What only its own migrations need: such a table would say that a Mattermost server made the database."""


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


@pytest.mark.engines("postgres")
def test_constraints_are_the_same(db: Database) -> None:
    """Primary keys are compared with the columns."""
    rows = db.fetch_all(
        "SELECT r.relname, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_class r ON"
        " r.oid = c.conrelid WHERE c.connamespace = current_schema()::regnamespace AND c.contype <> 'p'"
    )
    tables = ours(db)
    found = sorted([table, name, text] for table, name, text in rows if table in tables)
    assert found == sorted([table, name, text] for table in tables for name, text in CONSTRAINTS.get(table, []))


@pytest.mark.engines("postgres")
def test_enum_types_have_the_same_labels(db: Database) -> None:
    rows = db.fetch_all(
        "SELECT t.typname, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_type t"
        " JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = current_schema()::regnamespace"
        " AND t.typname NOT LIKE 'hb%' GROUP BY t.typname"
    )
    for name, labels in rows:
        assert set(labels) == set(ENUMS[name]), name


@pytest.mark.engines("postgres")
def test_tables_that_are_missing_are_listed(db: Database, record_property: Callable[[str, object], None]) -> None:
    missing = sorted(set(SCHEMA) - set(ours(db)) - MATTERMOSTS_OWN)
    record_property("missing_tables", ", ".join(missing))
    print(f"{len(missing)} tables of the schema that no plugin makes yet: {', '.join(missing)}")
    assert len(missing) + len(ours(db)) == len(set(SCHEMA) - MATTERMOSTS_OWN)


@pytest.mark.engines("sqlite")
def test_other_engines_have_the_same_columns_and_keys(db: Database) -> None:
    for name in ours(db):
        found = describe(db, name)
        assert found is not None
        columns = {(c.name, c.pk_position) for c in found.columns}
        assert columns == {(column[0], column[4]) for column in SCHEMA[name]["columns"]}, name
