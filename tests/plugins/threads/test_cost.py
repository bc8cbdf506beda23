"""What replies cost: the same number of statements however many follow, and nothing for roots."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

pytestmark = pytest.mark.engines("sqlite")


@contextmanager
def statements(talk: Any) -> Iterator[list[str]]:
    """Yield the statements that are run meanwhile, background work included."""
    db, seen = talk.server.app.db, []
    run = db._run

    def note(call: Any, statement: Any, params: Any) -> Any:
        seen.append(statement if isinstance(statement, str) else statement.source)
        return run(call, statement, params)

    talk.server.settle()
    db._run = note
    try:
        yield seen
        talk.server.settle()
    finally:
        db._run = run


def about_threads(seen: list[str]) -> list[str]:
    """Return the statements on the table of this plugin."""
    return [sql for sql in seen if "{threadmemberships}" in sql]


def test_a_root_costs_nothing(talk: Any) -> None:
    talk.say(talk.bob, "warm")
    with statements(talk) as seen:
        talk.say(talk.bob, "@alice @carol")
    assert about_threads(seen) == []


def test_a_reply_costs_the_same_for_one_follower_and_for_many(talk: Any) -> None:
    few, many = talk.say(talk.bob, "few"), talk.say(talk.bob, "many")
    talk.reply(talk.bob, few)
    talk.reply(talk.bob, many, "@alice @carol")
    with statements(talk) as seen_few:
        talk.reply(talk.bob, few)
    with statements(talk) as seen_many:
        talk.reply(talk.bob, many, "@alice @carol")
    assert not any("{channelmembers}" in sql and sql.startswith("SELECT") for sql in seen_few), "that is cached"
    reads = [sql for sql in about_threads(seen_many) if sql.startswith("SELECT")]
    assert len(reads) == 1
    assert len(about_threads(seen_few)) == 2
    # On SQLite rows are upserted one by one; elsewhere it is one statement.
    upserts = [sql for sql in about_threads(seen_many) if sql.startswith("INSERT")]
    assert len(set(upserts)) == 1
    others = [[sql for sql in seen if "{threadmemberships}" not in sql] for seen in (seen_few, seen_many)]
    assert len(others[0]) <= len(others[1]) <= len(others[0]) + 1, "one more for those who are mentioned"
