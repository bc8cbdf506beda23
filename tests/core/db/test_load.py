"""Inserting many rows in an engine's fastest way."""

import pytest

from hubbub.core.db import Database
from hubbub.core.db.errors import BadValue, UniqueViolation
from hubbub.tests.core.db.conftest import count

AWKWARD = [("tab\tand\nline\r", 1), ("\\N", 2), ("back\\slash\\", 3), ("", 4), ("🚢", None), (None, 6)]


def test_every_value_arrives_as_it_was(db: Database) -> None:
    db.load("hb_items", ("id", "name", "counter"), [(f"i{place}", *row) for place, row in enumerate(AWKWARD)])
    assert db.fetch_all("SELECT name, counter FROM {hb_items} ORDER BY id") == AWKWARD


def test_a_row_whose_key_exists_leaves_all_out(db: Database) -> None:
    with pytest.raises(UniqueViolation):
        db.load("hb_items", ("id", "counter"), [("a", 1), ("b", 2), ("a", 3)])
    assert count(db) == 0


def test_in_a_savepoint_it_may_fail_alone(db: Database) -> None:
    with db.transaction():
        db.load("hb_items", ("id", "counter"), [("a", 1)])
        with pytest.raises(UniqueViolation), db.savepoint():
            db.load("hb_items", ("id", "counter"), [("b", 1), ("a", 1)])
        db.load("hb_items", ("id", "counter"), [("c", 1)])
    assert db.fetch_all("SELECT id FROM {hb_items} ORDER BY id") == [("a",), ("c",)]


def test_a_text_that_is_no_text_is_named(db: Database) -> None:
    with pytest.raises(BadValue):
        db.load("hb_items", ("id", "name"), [("a", "half a pair \ud83d")])
    assert count(db) == 0
