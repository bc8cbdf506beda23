"""PostgreSQL keeps the plans of prepared statements; nothing goes wrong where it can't or no longer does."""

import gevent
import pytest

from hubbub.core.db import BatchWriter, Database
from hubbub.core.db.kept_plans import KeptText
from hubbub.core.db.statement import Statement
from hubbub.tests.core.db.conftest import MakeDb, count, create_items, insert
from hubbub.tests.services.databases import DatabaseSource

_KEPT = "SELECT count(*) FROM pg_prepared_statements"


@pytest.fixture
def db(postgres_database: DatabaseSource, make_db: MakeDb) -> Database:
    """Return a database with one connection, so that what it has prepared can be looked at."""
    db = make_db(postgres_database, MaxOpenConns=1, MaxIdleConns=1, QueryTimeout=5)
    create_items(db)
    insert(db, "a", 1)
    insert(db, "b", 2)
    return db


def named(db: Database) -> Statement:
    return db.prepare("SELECT name FROM {hb_items} WHERE id = ? AND counter < ? AND name LIKE 'name%'")


def test_a_prepared_statement_is_planned_once_per_connection(db: Database) -> None:
    statement = named(db)

    found = [db.fetch_one(statement, ("a", 5)) for _ in range(3)]

    assert found == [("name of a",)] * 3
    assert db.fetch_value(_KEPT) == 1


def test_other_texts_are_not_kept(db: Database) -> None:
    db.fetch_one("SELECT name FROM {hb_items} WHERE id = ?", ("a",))

    assert db.fetch_value(_KEPT) == 0


def test_what_was_new_in_a_transaction_is_kept_afterwards(db: Database) -> None:
    add = db.prepare("UPDATE {hb_items} SET counter = counter + ? WHERE id = ?")
    statement = named(db)
    for _ in range(2):
        with db.transaction():
            assert db.execute(add, (1, "a")) == 1
            assert db.fetch_one(statement, ("a", 50)) == ("name of a",)

    assert db.fetch_value("SELECT counter FROM {hb_items} WHERE id = 'a'") == 3
    assert db.fetch_value(_KEPT) == 2


def test_a_list_for_one_placeholder_still_works(db: Database) -> None:
    statement = db.prepare("SELECT id FROM {hb_items} WHERE id IN ? ORDER BY id")

    for _ in range(2):
        assert db.fetch_all(statement, (("a", "b", "c"),)) == [("a",), ("b",)]


def test_a_statement_that_cannot_be_kept_does_not_end_a_transaction(db: Database) -> None:
    statement = db.prepare("SELECT id FROM {hb_items} WHERE id IN ? ORDER BY id")
    for _ in range(2):
        with db.transaction():
            insert(db, "c")
            assert len(db.fetch_all(statement, (("a", "c"),))) == 2
            db.execute("DELETE FROM {hb_items} WHERE id = 'c'")

    assert count(db) == 2


def test_many_rows_at_once_run_by_name(db: Database) -> None:
    add = db.prepare("UPDATE {hb_items} SET counter = ? WHERE id = ?")

    db.execute_many(add, [(7, "a"), (8, "b")])

    assert db.fetch_all("SELECT counter FROM {hb_items} ORDER BY id") == [(7,), (8,)]
    assert db.fetch_value(_KEPT) == 1


def test_a_table_that_changes_is_planned_anew(db: Database) -> None:
    statement = db.prepare("SELECT name, counter FROM {hb_items} WHERE id = ?")
    assert db.fetch_one(statement, ("a",)) == ("name of a", 1)

    db.execute("ALTER TABLE {hb_items} ALTER COLUMN counter TYPE varchar(20)")

    assert db.fetch_one(statement, ("a",)) == ("name of a", "1")
    with db.transaction():
        assert db.fetch_one(statement, ("b",)) == ("name of b", "2")


def test_plans_that_are_gone_are_done_without(db: Database) -> None:
    statement = named(db)
    db.fetch_one(statement, ("a", 5))

    db.execute("DEALLOCATE ALL")  # as when a pooler hands out another connection of the server

    assert db.fetch_one(statement, ("a", 5)) == ("name of a",)
    assert db.fetch_one(statement, ("b", 5)) == ("name of b",)
    assert db.fetch_value(_KEPT) == 0


def test_a_batch_is_stored_though_its_plans_are_gone(db: Database) -> None:
    add = db.prepare("UPDATE {hb_items} SET counter = counter + ? WHERE id = ?")
    writer: BatchWriter[int, int] = BatchWriter(db, lambda items: [db.execute(add, (n, "a")) for n in items])
    writer.submit(1)
    writer.submit(1)
    db.execute("DEALLOCATE ALL")

    gevent.joinall([gevent.spawn(writer.submit, 10) for _ in range(3)], raise_error=True)

    assert db.fetch_value("SELECT counter FROM {hb_items} WHERE id = 'a'") == 33


def test_behind_a_pooler_nothing_is_kept(db: Database) -> None:
    session = db.pool.take(reads=True)
    session.keeping.check(session.connection, session.connection.get_backend_pid() + 1)
    db.pool.give(session)

    assert [db.fetch_one(named(db), ("a", 5)) for _ in range(2)] == [("name of a",)] * 2
    assert db.fetch_value(_KEPT) == 0


def test_a_text_becomes_a_statement_with_numbered_parameters() -> None:
    text = KeptText("SELECT '100%%' WHERE a = %s AND b LIKE '%%s' AND c = %s")
    name = text.execution.split("(")[0].removeprefix("EXECUTE ")

    assert text.body == "SELECT '100%' WHERE a = $1 AND b LIKE '%s' AND c = $2"
    assert text.execution == f"EXECUTE {name}(%s, %s)"


def test_a_parameter_beside_a_small_number_takes_a_time_in_milliseconds(db: Database) -> None:
    set_if_given = db.prepare("UPDATE {hb_items} SET counter = CASE WHEN ? > 0 THEN ? ELSE counter END WHERE id = ?")
    now = 1_795_351_445_158

    for _ in range(2):
        assert db.execute(set_if_given, (now, 7, "a")) == 1

    assert db.fetch_value("SELECT counter FROM {hb_items} WHERE id = 'a'") == 7
    assert db.fetch_value(_KEPT) == 1
