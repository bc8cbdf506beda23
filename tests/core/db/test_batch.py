"""Group commit."""

from collections.abc import Sequence

import gevent
import pytest

from hubbub.core.db import BatchWriter, Database, QueueFull, errors
from hubbub.tests.core.db.conftest import count, insert


class Writer:
    """Insert keys and remember the batches."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.batches: list[list[str]] = []

    def __call__(self, keys: Sequence[str]) -> list[str]:
        self.batches.append(list(keys))
        self.db.insert_many("hb_items", ("id",), [(key,) for key in keys])
        return [f"stored {key}" for key in keys]


def test_everybody_gets_the_result_of_their_own_item(db: Database) -> None:
    writer = BatchWriter(db, Writer(db))

    jobs = [gevent.spawn(writer.submit, str(number)) for number in range(50)]
    gevent.joinall(jobs, raise_error=True, timeout=30)

    assert [job.value for job in jobs] == [f"stored {number}" for number in range(50)]
    assert count(db) == 50


def test_what_is_submitted_together_shares_a_transaction(db: Database) -> None:
    write = Writer(db)
    writer = BatchWriter(db, write, max_batch=20)

    gevent.joinall([gevent.spawn(writer.submit, str(number)) for number in range(50)], raise_error=True, timeout=30)

    assert [len(batch) for batch in write.batches] == [20, 20, 10]


def test_a_batch_that_lost_a_deadlock_is_written_again_as_one(db: Database) -> None:
    write = Writer(db)

    def losing_once(keys: Sequence[str]) -> list[str]:
        stored = write(keys)
        if len(write.batches) == 1:
            raise errors.SerializationFailed
        return stored

    writer = BatchWriter(db, losing_once)
    jobs = [gevent.spawn(writer.submit, str(number)) for number in range(3)]
    gevent.joinall(jobs, raise_error=True, timeout=30)

    assert [len(batch) for batch in write.batches] == [3, 3]
    assert count(db) == 3


def test_nobody_is_answered_before_the_commit(db: Database) -> None:
    seen: list[int] = []
    writer = BatchWriter(db, Writer(db))

    def client(key: str) -> None:
        writer.submit(key)
        seen.append(db.fetch_value("SELECT count(*) FROM {hb_items} WHERE id = ?", (key,)))

    gevent.joinall([gevent.spawn(client, str(number)) for number in range(20)], raise_error=True, timeout=30)

    assert seen == [1] * 20


def test_a_bad_item_fails_alone(db: Database) -> None:
    insert(db, "3")
    writer = BatchWriter(db, Writer(db))

    jobs = [gevent.spawn(writer.submit, str(number)) for number in range(6)]
    gevent.joinall(jobs, timeout=30)

    assert [type(job.exception) for job in jobs] == [type(None)] * 3 + [errors.UniqueViolation] + [type(None)] * 2
    assert count(db) == 6


def test_callbacks_of_a_batch_that_was_rolled_back_are_dropped(db: Database) -> None:
    insert(db, "1")
    published: list[str] = []

    def write(keys: Sequence[str]) -> list[None]:
        for key in keys:
            db.after_commit(lambda key=key: published.append(key))
            db.execute("INSERT INTO {hb_items} (id) VALUES (?)", (key,))
        return [None] * len(keys)

    writer = BatchWriter(db, write)
    gevent.joinall([gevent.spawn(writer.submit, str(number)) for number in range(3)], timeout=30)

    assert published == ["0", "2"]


def test_a_full_queue_refuses(db: Database) -> None:
    writer = BatchWriter(db, Writer(db), max_queue=3)
    jobs = [gevent.spawn(writer.submit, str(number)) for number in range(5)]
    gevent.joinall(jobs, timeout=30)

    assert [isinstance(job.exception, QueueFull) for job in jobs] == [False, False, False, True, True]


def test_an_item_whose_greenlet_was_killed_while_it_waited_is_not_stored(db: Database) -> None:
    writer = BatchWriter(db, Writer(db))
    job = gevent.spawn(writer.submit, "a")
    gevent.sleep(0)
    assert len(writer) == 1

    job.kill(timeout=10)
    writer.submit("b")

    assert db.fetch_all("SELECT id FROM {hb_items}") == [("b",)]


def test_inside_a_transaction_the_item_belongs_to_it(db: Database) -> None:
    writer = BatchWriter(db, Writer(db))

    with pytest.raises(ZeroDivisionError), db.transaction():
        assert writer.submit("a") == "stored a"
        _ = 1 / 0

    assert count(db) == 0


def test_a_writer_that_forgets_results_is_an_error_and_stores_nothing(db: Database) -> None:
    def write(keys: Sequence[str]) -> list[str]:
        db.insert_many("hb_items", ("id",), [(key,) for key in keys])
        return []

    with pytest.raises(RuntimeError, match="0 results for 1 items"):
        BatchWriter(db, write).submit("a")
    assert count(db) == 0
