"""Statements on each engine: the same calls, the same answers."""

import gevent
import pytest

from hubbub.core.db import Database, errors
from hubbub.tests.core.db.conftest import MakeDb, count, insert
from hubbub.tests.services.databases import DatabaseSource


def test_a_row_is_a_tuple(db: Database) -> None:
    insert(db, "a", 7)

    assert db.fetch_one("SELECT id, counter FROM {hb_items} WHERE id = ?", ("a",)) == ("a", 7)


def test_a_prepared_statement_runs_many_times(db: Database) -> None:
    find = db.prepare("SELECT counter FROM {hb_items} WHERE id = ?")
    insert(db, "a", 1)
    insert(db, "b", 2)

    assert [db.fetch_value(find, (key,)) for key in "abc"] == [1, 2, None]


def test_nothing_found_is_none_and_an_empty_list(db: Database) -> None:
    assert db.fetch_one("SELECT id FROM {hb_items}") is None
    assert db.fetch_all("SELECT id FROM {hb_items}") == []


def test_an_update_tells_how_many_rows_it_matched(db: Database) -> None:
    insert(db, "a", 5)

    assert db.execute("UPDATE {hb_items} SET counter = ? WHERE id = ?", (5, "a")) == 1
    assert db.execute("UPDATE {hb_items} SET counter = ? WHERE id = ?", (5, "b")) == 0


def test_percent_signs_question_marks_and_quotes_survive(db: Database) -> None:
    text = """100% "sure"? it's %s, {really} \\ ok"""
    db.execute("INSERT INTO {hb_items} (id, name) VALUES (?, ?)", ("a", text))

    assert db.fetch_one("SELECT name, '50%?' FROM {hb_items} WHERE name = ?", (text,)) == (text, "50%?")


def test_emoji_survive(db: Database) -> None:
    db.execute("INSERT INTO {hb_items} (id, name) VALUES (?, ?)", ("a", "héllo 👩‍👩‍👧 мир"))

    assert db.fetch_value("SELECT name FROM {hb_items}") == "héllo 👩‍👩‍👧 мир"


def test_many_rows_are_inserted_in_chunks(db: Database) -> None:
    db.insert_many("hb_items", ("id", "name", "counter"), [(f"{n}", f"n{n}", n) for n in range(1201)])

    assert db.fetch_one("SELECT count(*), max(counter) FROM {hb_items}") == (1201, 1200)


def test_inserting_no_rows_does_nothing(db: Database) -> None:
    db.insert_many("hb_items", ("id",), [])

    assert count(db) == 0


def test_a_duplicate_among_many_keeps_all_of_them_out(db: Database) -> None:
    insert(db, "900")

    with pytest.raises(errors.UniqueViolation):
        db.insert_many("hb_items", ("id", "counter"), [(f"{n}", n) for n in range(1000)])
    assert count(db) == 1


def test_duplicates_can_be_left_out(db: Database) -> None:
    insert(db, "a", 1)

    db.insert_many("hb_items", ("id", "counter"), [("a", 2), ("b", 2)], ignore_duplicates=True)

    assert db.fetch_all("SELECT id, counter FROM {hb_items} ORDER BY id") == [("a", 1), ("b", 2)]


def test_whether_a_row_was_left_out_is_told(db: Database) -> None:
    tail = db.dialect.ignore_duplicates(("id", "counter"))
    add = db.prepare(f"INSERT INTO {{hb_items}} (id, counter) VALUES (?, ?){tail}")

    assert [db.execute(add, row) for row in [("a", 1), ("a", 1), ("a", 2), ("b", 1)]] == [1, 0, 0, 1]
    assert db.fetch_all("SELECT id, counter FROM {hb_items} ORDER BY id") == [("a", 1), ("b", 1)]


def test_an_upsert_inserts_and_updates(db: Database) -> None:
    insert(db, "a", 1)

    db.upsert("hb_items", ("id", "counter"), ("id",), [("a", 10), ("b", 20)])

    assert db.fetch_all("SELECT id, counter FROM {hb_items} ORDER BY id") == [("a", 10), ("b", 20)]


def test_an_upsert_can_add_to_what_is_there(db: Database) -> None:
    insert(db, "a", 1)
    added = {"counter": "{hb_items}.counter + " + db.dialect.new_value("counter")}

    db.upsert("hb_items", ("id", "counter"), ("id",), [("a", 10), ("b", 20)], update=added)

    assert db.fetch_all("SELECT id, counter FROM {hb_items} ORDER BY id") == [("a", 11), ("b", 20)]


def test_an_upsert_that_updates_nothing_leaves_existing_rows(db: Database) -> None:
    insert(db, "a", 1)

    db.upsert("hb_items", ("id", "counter"), ("id",), [("a", 10), ("b", 20)], update=())

    assert db.fetch_all("SELECT id, counter FROM {hb_items} ORDER BY id") == [("a", 1), ("b", 20)]


def test_a_violated_key_says_which_it_is(db: Database) -> None:
    db.execute("INSERT INTO {hb_items} (id, name) VALUES ('a', 'same')")

    with pytest.raises(errors.UniqueViolation) as caught:
        db.execute("INSERT INTO {hb_items} (id, name) VALUES ('b', 'same')")
    assert caught.value.about("name")
    assert not caught.value.about("id")


def test_a_list_of_ids_of_any_length(db: Database) -> None:
    db.insert_many("hb_items", ("id", "counter"), [(f"{n}", n) for n in range(1100)])

    wanted = [str(n) for n in range(50, 1050)] + ["missing", "50"]
    rows = db.select_in(
        "SELECT id FROM {hb_items} WHERE counter >= ? AND id IN ({ids}) AND counter < ?", wanted, (60,), (1000,)
    )

    assert {row[0] for row in rows} == {str(n) for n in range(60, 1000)}
    assert len(rows) == 940


def test_an_empty_list_of_ids_asks_nothing(db: Database) -> None:
    assert db.select_in("SELECT id FROM {no_such_table} WHERE id IN ({ids})", []) == []


def test_wildcards_in_a_search_text_are_literal(db: Database) -> None:
    db.insert_many("hb_items", ("id", "name"), [("a", "100% *_"), ("b", "100x*xy")])

    rows = db.fetch_all("SELECT id FROM {hb_items} WHERE name LIKE ? ESCAPE '*'", (db.dialect.like("0% *_") + "%",))
    assert rows == []
    rows = db.fetch_all("SELECT id FROM {hb_items} WHERE name LIKE ? ESCAPE '*'", (db.dialect.like("100% *_") + "%",))
    assert rows == [("a",)]


def test_greatest_and_concatenation_are_the_same_everywhere(db: Database) -> None:
    assert db.fetch_one("SELECT {greatest}(1, ?), 'a' || 'b'", (5,)) == (5, "ab")


def test_a_statement_that_is_wrong_is_a_named_error_without_its_text(db: Database) -> None:
    with pytest.raises(errors.StoreError) as caught:
        db.fetch_all("SELECT nonsense FROM {hb_items}")
    assert "nonsense" not in caught.value.text
    assert "nonsense" in caught.value.detailed_error
    assert db.stats()["in_use"] == 0


def test_half_a_surrogate_pair_is_the_callers_mistake(db: Database) -> None:
    with pytest.raises(errors.BadValue):
        db.execute("INSERT INTO {hb_items} (id, name) VALUES ('a', ?)", ("\ud800",))
    assert count(db) == 0


def test_a_hundred_greenlets_share_the_pool(db: Database) -> None:
    def work(number: int) -> None:
        insert(db, str(number), number)
        assert db.fetch_value("SELECT counter FROM {hb_items} WHERE id = ?", (str(number),)) == number

    gevent.joinall([gevent.spawn(work, number) for number in range(100)], raise_error=True, timeout=60)

    assert count(db) == 100
    assert db.stats()["open"] <= 10


def test_a_statement_that_takes_too_long_is_stopped(make_db: MakeDb, items_source: DatabaseSource) -> None:
    db = make_db(items_source, QueryTimeout=1)
    forever = {
        "sqlite": "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
        "postgres": "SELECT count(*) FROM generate_series(1, 1000000000000)",
        "mysql": "SELECT count(*) FROM information_schema.columns a, information_schema.columns b,"
        " information_schema.columns c",
    }
    with pytest.raises(errors.QueryTimedOut):
        db.fetch_all(forever[db.engine])
    assert db.fetch_value("SELECT 1") == 1
