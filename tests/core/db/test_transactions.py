"""Transactions: all or nothing, nested ones join, and what waits for the commit."""

import gevent
import pytest

from hubbub.core.db import Database, errors
from hubbub.tests.core.db.conftest import MakeDb, count, insert
from hubbub.tests.services.databases import DatabaseSource


def test_what_is_written_together_is_stored_together(db: Database) -> None:
    with db.transaction():
        insert(db, "a")
        insert(db, "b")
        assert count(db) == 2

    assert count(db) == 2
    assert db.stats()["in_use"] == 0


def test_an_exception_rolls_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        insert(db, "a")
        _ = 1 / 0

    assert count(db) == 0
    assert not db.in_transaction


def test_other_greenlets_do_not_see_what_is_not_stored_yet(db: Database) -> None:
    with db.transaction():
        insert(db, "a")
        assert gevent.spawn(count, db).get(timeout=10) == 0
    assert count(db) == 1


def test_a_nested_transaction_joins_the_outer_one(db: Database) -> None:
    with pytest.raises(ZeroDivisionError), db.transaction():
        with db.transaction():
            insert(db, "a")
        _ = 1 / 0

    assert count(db) == 0


def test_half_of_a_nested_change_is_never_stored(db: Database) -> None:
    """Somebody outside catches the exception and goes on: the inner change stopped half-way, so nothing counts."""
    with pytest.raises(errors.TransactionFailed), db.transaction():
        try:
            with db.transaction():
                insert(db, "a")
                raise KeyError
        except KeyError:
            pass

    assert count(db) == 0


def test_a_nested_exception_before_any_write_does_no_harm(db: Database) -> None:
    with db.transaction():
        insert(db, "a")
        try:
            with db.transaction():
                db.fetch_all("SELECT id FROM {hb_items}")
                raise KeyError
        except KeyError:
            pass

    assert count(db) == 1


def test_after_a_failed_statement_nothing_is_stored_even_if_the_error_is_caught(db: Database) -> None:
    insert(db, "a")

    with pytest.raises(errors.TransactionFailed), db.transaction():
        insert(db, "b")
        with pytest.raises(errors.UniqueViolation):
            insert(db, "a")

    assert count(db) == 1


def test_after_a_failed_statement_no_other_is_run(db: Database) -> None:
    insert(db, "a")

    with pytest.raises(errors.TransactionFailed), db.transaction():
        with pytest.raises(errors.UniqueViolation):
            insert(db, "a")
        db.fetch_all("SELECT id FROM {hb_items}")
        pytest.fail("a statement was run in a transaction that is lost")


def test_a_savepoint_may_fail_alone(db: Database) -> None:
    insert(db, "a")

    with db.transaction():
        insert(db, "b")
        with pytest.raises(errors.UniqueViolation), db.savepoint():
            insert(db, "c")
            insert(db, "a")
        insert(db, "d")

    assert db.fetch_all("SELECT id FROM {hb_items} ORDER BY id") == [("a",), ("b",), ("d",)]


def test_after_commit_runs_when_it_is_stored(db: Database) -> None:
    seen: list[int] = []

    with db.transaction():
        with db.transaction():
            insert(db, "a")
            db.after_commit(lambda: seen.append(count(db)))
        assert seen == []

    assert seen == [1]


def test_after_commit_is_dropped_on_rollback(db: Database) -> None:
    seen: list[int] = []

    with pytest.raises(ZeroDivisionError), db.transaction():
        insert(db, "a")
        db.after_commit(lambda: seen.append(1))
        _ = 1 / 0

    assert seen == []


def test_after_commit_outside_of_a_transaction_runs_at_once(db: Database) -> None:
    seen: list[int] = []
    db.after_commit(lambda: seen.append(1))
    assert seen == [1]


def test_a_failing_callback_stops_neither_the_others_nor_the_caller(db: Database) -> None:
    seen: list[int] = []

    with db.transaction():
        insert(db, "a")
        db.after_commit(lambda: 1 // 0)
        db.after_commit(lambda: seen.append(1))

    assert seen == [1]


def test_a_callback_may_open_its_own_transaction(db: Database) -> None:
    def later() -> None:
        with db.transaction():
            insert(db, "b")

    with db.transaction():
        insert(db, "a")
        db.after_commit(later)

    assert count(db) == 2


def test_a_transaction_without_statements_takes_no_connection(db: Database) -> None:
    with db.transaction():
        assert db.stats()["in_use"] == 0


def test_a_greenlet_killed_inside_leaves_nothing_behind(db: Database) -> None:
    def work() -> None:
        with db.transaction():
            insert(db, "a")
            gevent.sleep(60)

    greenlet = gevent.spawn(work)
    gevent.sleep(0.2)
    greenlet.kill(timeout=10)

    assert count(db) == 0
    assert db.stats()["in_use"] == 0
    insert(db, "a")


def test_a_timeout_inside_rolls_back(db: Database) -> None:
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.2), db.transaction():
        insert(db, "a")
        gevent.sleep(60)

    assert count(db) == 0


def test_concurrent_counters_add_up(db: Database) -> None:
    insert(db, "a", 0)

    def work() -> None:
        for _ in range(5):
            with db.transaction():
                db.execute("UPDATE {hb_items} SET counter = counter + 1 WHERE id = 'a'")
                gevent.sleep(0)

    gevent.joinall([gevent.spawn(work) for _ in range(20)], raise_error=True, timeout=60)

    assert db.fetch_value("SELECT counter FROM {hb_items}") == 100


def test_a_transaction_may_take_longer_than_other_statements(make_db: MakeDb, items_source: DatabaseSource) -> None:
    db = make_db(items_source, QueryTimeout=1)
    slow = {
        "sqlite": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t LIMIT 10000000)"
        " SELECT count(*) FROM t",
        "postgres": "SELECT pg_sleep(1.5)",
        "mysql": "SELECT sleep(1.5)",
    }[db.engine]

    with db.transaction(timeout=60):
        db.fetch_all(slow)


def test_what_a_failed_savepoint_wanted_after_the_commit_is_dropped(db: Database) -> None:
    seen: list[str] = []

    with db.transaction():
        db.after_commit(lambda: seen.append("outer"))
        with pytest.raises(ZeroDivisionError), db.savepoint():
            insert(db, "a")
            db.after_commit(lambda: seen.append("inner"))
            _ = 1 / 0

    assert seen == ["outer"]


def test_a_native_thread_is_refused_before_it_does_harm(db: Database) -> None:
    pool = gevent.get_hub().threadpool

    with pytest.raises(RuntimeError, match="greenlets only"):
        pool.apply(db.fetch_one, ("SELECT 1",))
