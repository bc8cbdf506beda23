"""`hubbub db copy`: all rows, on any engine, once, or a clear reason why not."""

import json
from typing import Any

import pytest

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.db import MigrationFailed, describe, refuse_unfit, table_names
from hubbub.core.moving import copy as copying
from hubbub.core.moving import rows
from hubbub.core.moving.copy import Report
from hubbub.core.moving.target import Target
from hubbub.tests.moving import sites
from hubbub.tests.moving.conftest import Make
from hubbub.tests.services.databases import DatabaseSource

PAIRS = [
    pytest.param("sqlite", "postgres", id="sqlite-postgres"),
    pytest.param("postgres", "sqlite", id="postgres-sqlite"),
    pytest.param("mysql", "postgres", id="mysql-postgres", marks=pytest.mark.mysql),
    pytest.param("postgres", "mysql", id="postgres-mysql", marks=pytest.mark.mysql),
]


def copy(source: DatabaseSource, target: DatabaseSource, plugins: Any, **options: Any) -> Report:
    one, other = sites.place(source, reads=True), sites.place(target)
    try:
        return copying.copy(one, other, plugins, **options)
    finally:
        one.close()
        other.close()


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_everything_arrives_as_it_was(one: Any, other: Any, site: Make, empty: Make, plugins: Any) -> None:
    source, target = site(one), empty(other)
    report = copy(source, target, plugins)
    assert report.left_out == []
    before, after = sites.open_database(source), sites.open_database(target)
    for table, columns in [("preferences", "userid, category, name, value"), ("posts", "id, createat, message")]:
        assert sites.contents(after, table, columns) == sites.contents(before, table, columns)
    row = after.fetch_one("SELECT message, props, ispinned FROM {posts} WHERE id = ?", (sites.post(1)["id"],))
    assert row is not None
    assert (row[0], json.loads(row[1]), bool(row[2])) == (sites.EMOJI, json.loads(sites.PROPS), False)
    assert "hb_copy_progress" not in table_names(after)
    assert (
        after.fetch_value("SELECT count(*) FROM {propertygroups}") == 1
    )  # not the one that a new site begins with too
    before.close()
    after.close()


def test_the_copy_can_be_searched(site: Make, empty: Make, plugins: Any) -> None:
    target = empty("sqlite")
    copy(site("postgres"), target, plugins)
    db = sites.open_database(target)
    assert db.fetch_value("SELECT count(*) FROM {hb_search_posts}") == sites.POSTS
    db.close()


def test_an_interrupted_copy_goes_on_where_it_was(
    site: Make, empty: Make, plugins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = site("sqlite"), empty("postgres")
    written: list[int] = []
    load = sites.Database.load

    def interrupted(self: Any, table: str, columns: Any, some: Any) -> None:
        if table == "posts":
            written.append(len(some))
            if sum(written) == 15:
                raise KeyboardInterrupt
        load(self, table, columns, some)

    monkeypatch.setattr(sites.Database, "load", interrupted)
    with pytest.raises(KeyboardInterrupt):
        copy(source, target, plugins)
    db = sites.open_database(target)
    assert db.fetch_value("SELECT count(*) FROM {posts}") == 10
    with pytest.raises(MigrationFailed, match="isn't finished: run the same"):
        refuse_unfit(db, plugins)
    written.clear()
    report = copy(source, target, plugins)
    assert report.resumed
    assert sum(written) == sites.POSTS - 10
    assert db.fetch_value("SELECT count(*) FROM {posts}") == sites.POSTS
    db.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres", pytest.param("mysql", marks=pytest.mark.mysql)])
def test_a_target_in_use_is_refused_and_stays_as_it_is(engine: Any, site: Make, plugins: Any) -> None:
    target = site(engine)
    with pytest.raises(CommandFailed, match=r"in use already: it has 2 users.*drop it and create it anew"):
        copy(site("sqlite"), target, plugins)
    db = sites.open_database(target)
    assert db.fetch_value("SELECT count(*) FROM {posts}") == sites.POSTS
    assert "hb_copy_progress" not in table_names(db)
    db.close()


def test_a_target_with_something_else_in_it_is_refused(site: Make, empty: Make, plugins: Any) -> None:
    target = empty("sqlite")
    db = sites.open_database(target)
    db.execute("CREATE TABLE recipes (id integer)")
    db.close()
    with pytest.raises(CommandFailed, match="isn't empty: it has 1 tables \\(recipes"):
        copy(site("sqlite"), target, plugins)


def test_a_source_that_is_open_elsewhere_is_refused_unless_asked_for(site: Make, empty: Make, plugins: Any) -> None:
    source = site("postgres")
    other = sites.open_database(source)
    other.ping()
    with pytest.raises(CommandFailed, match="is in use \\(1 other connection\\)"):
        copy(source, empty("sqlite"), plugins)
    assert copy(source, empty("sqlite"), plugins, while_running=True).rows > sites.POSTS
    other.close()


def test_nul_is_replaced_where_postgresql_cannot_have_it_and_said(site: Make, empty: Make, plugins: Any) -> None:
    source, target = site("sqlite"), empty("postgres")
    db = sites.open_database(source)
    sites.insert(db, "posts", [sites.post(90, "a\0b", '{"k\\u0000": "\\u0000v \\\\u0000"}')])
    db.close()
    report = copy(source, target, plugins)
    assert any("2 texts held NUL" in note for note in report.notes)
    db = sites.open_database(target)
    row = db.fetch_one("SELECT message, props FROM {posts} WHERE id = ?", (sites.post(90)["id"],))
    assert row is not None
    assert (row[0], json.loads(row[1])) == ("a\ufffdb", {"k\ufffd": "\ufffdv \\u0000"})
    db.close()


def test_tables_that_nobody_has_are_copied_when_known_and_named_when_not(site: Make, empty: Make, plugins: Any) -> None:
    source, target = site("sqlite"), empty("postgres")
    db = sites.open_database(source)
    db.execute("CREATE TABLE licenses (id varchar(26) PRIMARY KEY, createat bigint, bytes varchar(10000))")
    db.execute("CREATE TABLE recipes (id integer)")
    db.execute("INSERT INTO licenses VALUES ('l1', 5, 'text 🚢')")
    db.execute("INSERT INTO recipes VALUES (1)")
    db.close()
    report = copy(source, target, plugins)
    assert report.left_out == ["table recipes: 1 rows, nobody here knows what it is"]
    db = sites.open_database(target)
    assert db.fetch_all("SELECT id, createat, bytes FROM licenses") == [("l1", 5, "text 🚢")]
    db.close()


def test_a_row_that_the_target_refuses_is_named(site: Make, empty: Make, plugins: Any) -> None:
    source, target = site("sqlite"), empty("postgres")
    db = sites.open_database(source)
    db.execute("UPDATE {posts} SET hashtags = ? WHERE id = ?", ("x" * 2000, sites.post(7)["id"]))
    db.close()
    with pytest.raises(CommandFailed, match=r"doesn't take the row id='post0*7' of posts.*too long"):
        copy(source, target, plugins)


def test_rows_that_somebody_changes_at_the_target_are_noticed(
    site: Make, empty: Make, plugins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_with = Target.wrong_with

    def changed(self: Target, task: Any) -> str:
        if task.name == "posts":
            self.db.execute("UPDATE {posts} SET message = 'other' WHERE id = ?", (sites.post(3)["id"],))
        return wrong_with(self, task)

    monkeypatch.setattr(Target, "wrong_with", changed)
    with pytest.raises(CommandFailed, match="the rows of posts aren't those that were moved"):
        copy(site("sqlite"), empty("sqlite"), plugins)


def test_keys_of_several_columns_and_none_are_read_once_each() -> None:
    db = sites.open_database(DatabaseSource("sqlite", ":memory:"))
    db.execute("CREATE TABLE pairs (a integer, b text, c text)")
    wanted = [(number // 4, f"b{number % 4}", "x") for number in range(23)]
    db.insert_many("pairs", ("a", "b", "c"), wanted)
    for key in (("a", "b"), ()):
        found = rows.batches(db.fetch_all, db.dialect, "pairs", ("a", "b", "c"), key)
        assert [row for batch in found for row in batch] == wanted
    db.close()


def test_a_postgresql_target_has_the_indexes_of_every_other(site: Make, empty: Make, plugins: Any) -> None:
    source, target = site("postgres"), empty("postgres")
    copy(source, target, plugins)
    before, after = sites.open_database(source), sites.open_database(target)
    for table in ("posts", "channels", "preferences", "users"):
        assert describe(after, table) == describe(before, table)
    before.close()
    after.close()
