"""Migrations of databases in use: what they would do is told, big tables aren't locked, a broken one recovers."""

from pathlib import Path

import pytest

from hubbub.core.db import (
    Database,
    MigrationFailed,
    Migrator,
    SchemaRefused,
    describe,
    migrate,
    planned,
    refuse_unfit,
    table_names,
)
from hubbub.tests.core.db.conftest import MakeDb
from hubbub.tests.core.db.test_migrations import SAMPLE, package, write
from hubbub.tests.services.databases import DatabaseSource

pytestmark = pytest.mark.engines("sqlite", "postgres", "mysql")


@pytest.fixture
def db(database: DatabaseSource, make_db: MakeDb) -> Database:
    return make_db(database)


def old_table(db: Database) -> None:
    """Make the sample's table as an earlier version had it."""
    db.execute("CREATE TABLE {hb_sample} (id varchar(26) PRIMARY KEY, createat bigint, message text)")
    db.execute("INSERT INTO {hb_sample} (id) VALUES ('old')")


def names(db: Database) -> set[str]:
    found = describe(db, "hb_sample")
    assert found is not None
    return {index.name for index in found.indexes}


def test_a_plan_tells_what_each_step_would_do_and_does_nothing(db: Database) -> None:
    steps = {step.name: actions for step, actions in planned(db, [("sample", package(SAMPLE))])}

    assert "create table hb_sample" in steps["0001_create_sample"]
    assert "create index idx_hb_sample_create_at on hb_sample" in steps["0001_create_sample"]
    assert table_names(db) == set()


def test_a_plan_for_a_table_that_is_there_names_what_it_lacks(db: Database) -> None:
    old_table(db)

    actions = planned(db, [("sample", package(SAMPLE))])[0][1]

    assert "add column hb_sample.props" in actions
    assert not any(action.startswith("create table") for action in actions)
    assert not Migrator(db).has_column("hb_sample", "props")


@pytest.fixture
def all_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a table with one row count as a large one."""
    monkeypatch.setattr("hubbub.core.db.migrator.LARGE", 1)


@pytest.mark.engines("postgres")
@pytest.mark.usefixtures("all_are_large")
def test_indexes_of_a_large_table_are_built_beside_everybodys_work(db: Database) -> None:
    old_table(db)
    actions = planned(db, [("sample", package(SAMPLE))])[0][1]
    assert "create index idx_hb_sample_create_at on hb_sample, while it is in use" in actions

    migrate(db, [("sample", package(SAMPLE))])

    assert names(db) >= {"idx_hb_sample_create_at", "idx_hb_sample_name_lower"}


@pytest.mark.engines("mysql")
@pytest.mark.usefixtures("all_are_large")
def test_mysql_may_not_lock_a_large_table_while_it_builds_an_index(db: Database) -> None:
    old_table(db)

    migrate(db, [("sample", package(SAMPLE))])

    assert names(db) >= {"idx_hb_sample_create_at", "idx_hb_sample_name_lower"}


@pytest.mark.engines("postgres")
@pytest.mark.usefixtures("all_are_large")
def test_an_index_whose_building_was_interrupted_is_built_again(db: Database) -> None:
    old_table(db)
    db.execute("INSERT INTO {hb_sample} (id) VALUES ('two')")
    with pytest.raises(Exception, match=r"refused|exists"):  # what an interrupted build leaves: an invalid index
        db.execute("CREATE UNIQUE INDEX CONCURRENTLY idx_hb_sample_create_at ON hb_sample ((1))")

    migrate(db, [("sample", package(SAMPLE))])

    row = db.fetch_one(
        "SELECT i.indisvalid, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indexrelid = 'idx_hb_sample_create_at'::regclass"
    )
    assert row is not None
    assert row[0] is True
    assert "createat DESC" in row[1]


def test_a_migration_that_broke_off_goes_on_where_it_was(db: Database, tmp_path: Path) -> None:
    """On MySQL what it had done by then is there; on the others nothing is."""
    first = (
        "from hubbub.core.db import Table\nfrom hubbub.core.db.fields import Id\n"
        "class One(Table):\n    id = Id(primary_key=True)\n    class Meta:\n        table_name = 'hb_one'\n"
        "m.create_table(One)\n"
    )
    write(tmp_path, "0001_two_things", first + "raise OSError('the power went')")
    with pytest.raises(MigrationFailed, match="the power went"):
        migrate(db, [("broken", package(tmp_path))])

    mended = tmp_path / "mended"
    mended.mkdir()
    write(mended, "0001_two_things", first + "m.execute('CREATE TABLE {hb_two} (id integer)')")
    assert len(migrate(db, [("broken", package(mended))])) == 1
    assert {"hb_one", "hb_two"} <= table_names(db)


def test_a_database_that_a_newer_version_has_used_is_refused(db: Database, tmp_path: Path) -> None:
    migrate(db, [("sample", package(SAMPLE))])
    db.execute("INSERT INTO {hb_migrations} (plugin, name, appliedat) VALUES ('sample', '0003_later', 1)")

    with pytest.raises(MigrationFailed, match="0003_later of plugin sample"):
        migrate(db, [("sample", package(SAMPLE))])


def test_what_a_plugin_that_is_off_has_done_is_no_matter(db: Database) -> None:
    migrate(db, [("sample", package(SAMPLE))])
    db.execute("INSERT INTO {hb_migrations} (plugin, name, appliedat) VALUES ('another', '0003_later', 1)")

    assert migrate(db, [("sample", package(SAMPLE))]) == []


def mattermost(db: Database, latest: int) -> None:
    """Let it look as if a Mattermost server had made the database."""
    db.execute("CREATE TABLE db_migrations (version bigint PRIMARY KEY, name varchar(64) NOT NULL)")
    rows = [(number, "x") for number in range(1, latest + 1)]
    db.insert_many("db_migrations", ("version", "name"), rows)


def test_nothing_is_added_to_a_table_of_mattermosts(db: Database) -> None:
    mattermost(db, 130)
    db.execute("CREATE TABLE {drafts} (userid varchar(26) PRIMARY KEY)")

    m = Migrator(db)

    assert m.leaves("drafts")
    assert not m.leaves("hb_sample")
    assert not m.leaves("scheduledposts")  # not there: it is made


def test_statements_do_without_columns_that_an_older_server_lacks(db: Database) -> None:
    mattermost(db, 121)
    db.execute("CREATE TABLE {roles} (id varchar(26) PRIMARY KEY, name varchar(64))")
    kept = db.prepare("SELECT r.id, r.schemeid FROM {roles} r WHERE r.name = ?")

    migrate(db, [])

    db.insert_many("roles", ("id", "name", "schemeid"), [("1", "one", "x")])
    assert db.insert_new("roles", ("id", "name", "schemeid"), ("2", "two", "x"))
    assert not db.insert_new("roles", ("id", "name", "schemeid"), ("2", "two", "x"))
    db.upsert("roles", ("id", "name", "schemeid"), ("id",), [("2", "zwei", "x")])
    assert db.fetch_all(kept, ("one",)) == [("1", None)]
    assert db.fetch_all("SELECT id, schemeid FROM {roles} WHERE name = 'zwei'") == [("2", None)]
    assert not db.has_column("roles", "schemeid")


def test_a_refusal_names_what_to_do(db: Database) -> None:
    mattermost(db, 90)

    with pytest.raises(SchemaRefused, match=r"Upgrade Mattermost to 9\.11"):
        refuse_unfit(db, [])
