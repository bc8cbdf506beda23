"""Models become the tables of the schema, to the letter on PostgreSQL."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hubbub.core.db import (
    Database,
    Index,
    Migrator,
    Table,
    describe,
    errors,
    execute_query,
    fetch_query,
)
from hubbub.core.db.fields import BigInt, Char, Id, Raw, SmallInt, Varchar
from hubbub.core.db.tables import create_index_sql
from hubbub.tests.core.db.conftest import MakeDb
from hubbub.tests.services.databases import DatabaseSource

_package = ModuleType("hb_sample_tables")
_package.__path__ = [str(Path(__file__).parent / "sample_migrations")]
sys.modules[_package.__name__] = _package
Sample = importlib.import_module("hb_sample_tables.0001_create_sample").Sample

every_engine = pytest.mark.engines("sqlite", "postgres", "mysql")


@pytest.fixture
def db(database: DatabaseSource, make_db: MakeDb) -> Database:
    db = make_db(database)
    Migrator(db).create_table(Sample)
    return db


@pytest.mark.engines("postgres")
def test_columns_are_those_of_the_schema(db: Database) -> None:
    found = describe(db, "hb_sample")

    assert found is not None
    assert [(c.name, c.type, c.nullable, c.default, c.pk_position) for c in found.columns] == [
        ("id", "character varying(26)", False, None, 1),
        ("createat", "bigint", True, None, 0),
        ("channelname", "character varying(64)", True, None, 0),
        ("kind", "hb_sample_kind", True, "'O'::hb_sample_kind", 0),
        ("props", "jsonb", True, None, 0),
        ("message", "text", True, None, 0),
        ("ishidden", "boolean", False, "false", 0),
    ]


@pytest.mark.engines("postgres")
def test_indexes_are_those_of_the_schema(db: Database) -> None:
    found = describe(db, "hb_sample")

    assert found is not None
    on = "ON public.hb_sample USING"
    assert {index.definition for index in found.indexes} == {
        f"CREATE UNIQUE INDEX hb_sample_pkey {on} btree (id)",
        f"CREATE INDEX idx_hb_sample_create_at {on} btree (createat DESC, id)",
        f"CREATE INDEX idx_hb_sample_name_lower {on} btree (lower((channelname)::text))",
        f"CREATE UNIQUE INDEX idx_hb_sample_visible {on} btree (channelname) WHERE (ishidden = false)",
        f"CREATE INDEX idx_hb_sample_message_txt {on} gin (to_tsvector('english'::regconfig, message))",
        f"CREATE UNIQUE INDEX hb_sample_kind_createat_key {on} btree (kind, createat)",
    }


@pytest.mark.engines("sqlite", "mysql")
def test_other_engines_have_what_fits(db: Database) -> None:
    found = describe(db, "hb_sample")

    assert found is not None
    assert [column.name for column in found.columns if column.pk_position] == ["id"]
    named = {index.name: index.unique for index in found.indexes if index.name.startswith(("idx", "hb"))}
    assert named == {
        "idx_hb_sample_create_at": False,
        "idx_hb_sample_name_lower": False,
        "idx_hb_sample_visible": db.engine == "sqlite",  # MySQL has no partial index
        "hb_sample_kind_createat_key": True,
    }


@every_engine
def test_mysql_has_no_index_that_begins_with_the_primary_key(db: Database) -> None:
    """It would look by that for the row to update, and find none when another column of it has just changed."""
    sql = create_index_sql(Sample, Index("idx_hb_sample_id_name", "id", "channelname"), db.dialect)

    assert (sql is None) == (db.engine == "mysql")


@pytest.mark.engines("postgres")
def test_an_enum_takes_its_labels_only(db: Database) -> None:
    with pytest.raises(errors.BadValue):
        db.execute("INSERT INTO {hb_sample} (id, kind) VALUES ('a', 'X')")


@every_engine
def test_creating_a_table_twice_changes_nothing(db: Database) -> None:
    before = describe(db, "hb_sample")

    Migrator(db).create_table(Sample)

    assert describe(db, "hb_sample") == before


@every_engine
def test_a_json_value_is_text_in_both_directions(db: Database) -> None:
    db.execute("INSERT INTO {hb_sample} (id, props) VALUES (?, ?)", ("a", '{"a": "b"}'))

    assert db.fetch_one(f"SELECT props, {db.dialect.json_text('props', 'a')} FROM {{hb_sample}}") == (
        '{"a": "b"}',
        "b",
    )


@every_engine
def test_models_build_queries_for_cold_paths(db: Database) -> None:
    execute_query(db, Sample.insert(id="a", create_at=5, channel_name="50% ?"))
    execute_query(db, Sample.insert(id="b", create_at=6))

    query = Sample.select(Sample.id, Sample.channel_name).where(
        (Sample.create_at < 6) & (Sample.channel_name == "50% ?")
    )

    assert fetch_query(db, query) == [("a", "50% ?")]
    assert execute_query(db, Sample.delete().where(Sample.create_at >= 5)) == 2


class Old(Table):
    """A table that a migration changes."""

    id = Id(primary_key=True)
    sha = Char(64, null=True, db_default="")
    mode = SmallInt(db_default=0)
    name = Varchar(128, null=True, db_default=Raw("NULL"))
    timestamp = BigInt(null=True)

    class Meta:
        table_name = "hb_old"


@pytest.fixture
def migrator(database: DatabaseSource, make_db: MakeDb) -> Migrator:
    db = make_db(database)
    db.execute("CREATE TABLE {hb_old} (id varchar(26) PRIMARY KEY, sha char(64), mode smallint, title varchar(64))")
    db.execute("INSERT INTO {hb_old} (id, mode, title) VALUES ('a', 1, 'kept')")
    return Migrator(db)


@every_engine
def test_changing_a_table_twice_is_the_same_as_once(migrator: Migrator) -> None:
    index = Index("idx_hb_old_timestamp", "timestamp")
    for _ in range(2):
        migrator.rename_column("hb_old", "title", "name")
        migrator.change_type(Old, "name")
        migrator.add_column(Old, "timestamp")
        migrator.create_index(Old, index)
        migrator.drop_column("hb_old", "sha")

    found = describe(migrator.db, "hb_old")
    assert found is not None
    assert [column.name for column in found.columns] == ["id", "mode", "name", "timestamp"]
    assert migrator.has_index("hb_old", "idx_hb_old_timestamp")
    assert migrator.fetch_all("SELECT id, mode, name FROM {hb_old}") == [("a", 1, "kept")]


@every_engine
def test_an_index_can_be_dropped_twice(migrator: Migrator) -> None:
    migrator.create_index(Old, Index("idx_hb_old_mode", "mode"))
    for _ in range(2):
        migrator.drop_index("hb_old", "idx_hb_old_mode")

    assert not migrator.has_index("hb_old", "idx_hb_old_mode")


@pytest.mark.engines("postgres")
def test_a_type_is_widened_and_its_default_kept(migrator: Migrator) -> None:
    migrator.rename_column("hb_old", "title", "name")
    migrator.change_type(Old, "name")

    found = describe(migrator.db, "hb_old")
    assert found is not None
    column = found.column("name")
    assert column is not None
    assert (column.type, column.nullable, column.default) == ("character varying(128)", True, "NULL::character varying")


@pytest.mark.engines("postgres")
def test_an_enum_gets_the_labels_it_lacks(migrator: Migrator) -> None:
    migrator.create_enum("hb_kind", ("a", "b"))
    migrator.create_enum("hb_kind", ("a", "b", "c"))

    assert migrator.fetch_all("SELECT unnest(enum_range(NULL::hb_kind))::text") == [("a",), ("b",), ("c",)]


@every_engine
def test_a_table_that_is_not_there_is_none(migrator: Migrator) -> None:
    assert describe(migrator.db, "hb_nothing") is None
    assert not migrator.has_table("hb_nothing")
    assert not migrator.has_column("hb_nothing", "id")
