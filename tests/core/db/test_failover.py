"""Another server takes the primary's place: connections to the old one are let go of."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest

from hubbub.core.db import Database, errors, primary
from hubbub.core.db.pool import ServerPool
from hubbub.tests.core.db.conftest import MakeDb, count, create_items, insert
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.fixtures import served
from hubbub.tests.services.forwarder import Forwarder
from hubbub.tests.services.postgres import PostgresServer, PostgresStandby

NAME = "postgres"
WAIT = "SELECT 1 FROM pg_sleep(0.05)"


@pytest.fixture(scope="module")
def old() -> Iterator[PostgresServer]:
    """Yield the server that is the primary at first."""
    with served(PostgresServer) as server:
        server.execute("CREATE TABLE hb_items (id varchar(26) PRIMARY KEY, name varchar(64), counter integer)")
        yield server


@pytest.fixture(scope="module")
def new(old: PostgresServer) -> Iterator[PostgresStandby]:
    """Yield its standby, which the first test promotes."""
    with served(lambda: PostgresStandby(old)) as standby:
        yield standby


@pytest.fixture
def promoted(new: PostgresStandby) -> PostgresStandby:
    """Return the standby as a primary of its own; the old one lives on."""
    if new.execute("SELECT pg_is_in_recovery()") == [(True,)]:
        new.promote()
    return new


@pytest.fixture
def address(old: PostgresServer) -> Iterator[Forwarder]:
    """Yield a virtual address that leads to the old primary."""
    with Forwarder(old.port) as forwarder:
        yield forwarder


@pytest.fixture
def db(old: PostgresServer, address: Forwarder, make_db: MakeDb) -> Database:
    """Return a database at that address, with an empty table `hb_items`."""
    at = old.data_source(NAME).replace(f":{old.port}/", f":{address.port}/")
    db = make_db(DatabaseSource("postgres", at))
    db.execute("DELETE FROM {hb_items}")
    return db


def look(db: Database) -> str:
    """Look at the primary as a worker does every two seconds."""
    assert isinstance(db.pool, ServerPool)
    assert db.progress is not None
    return primary.look(db.pool, db.progress)


def test_connections_to_a_standby_are_let_go_of_until_it_is_promoted(
    db: Database, new: PostgresStandby, address: Forwarder, caplog: pytest.LogCaptureFixture
) -> None:
    assert look(db) == ""
    address.move(new.port)
    db.drop_idle()

    assert look(db) == primary.READ_ONLY
    with pytest.raises(errors.StoreReadOnly):
        insert(db, "refused")
    assert db.stats()["open"] == 0
    assert "read-only" in caplog.text
    new.promote()
    insert(db, "stored")
    assert look(db) == ""


def test_a_new_connection_that_leads_elsewhere_ends_those_to_the_old_primary(
    db: Database, old: PostgresServer, promoted: PostgresStandby, address: Forwarder
) -> None:
    """The old primary lives on, apart from the rest: nobody may go on working there."""
    waiting = gevent.spawn(db.execute, "INSERT INTO {hb_items} (id) SELECT 'old' FROM pg_sleep(30)")
    gevent.joinall([gevent.spawn(db.fetch_value, WAIT) for _ in range(3)])
    assert db.stats() == {"open": 4, "in_use": 1, "waiting": 0}
    address.move(promoted.port)
    gevent.joinall([*(gevent.spawn(db.fetch_value, WAIT) for _ in range(4)), waiting], timeout=20)

    assert isinstance(waiting.exception, errors.ConnectionLost)
    insert(db, "new")
    assert promoted.execute("SELECT 1 FROM hb_items WHERE id = 'new'") == [(1,)]
    assert old.execute("SELECT 1 FROM hb_items") == []


def test_connections_to_a_server_that_has_fallen_silent_are_given_up(
    db: Database, old: PostgresServer, promoted: PostgresStandby, address: Forwarder
) -> None:
    assert count(db) == 0
    children = Path(f"/proc/{old.pid}/task/{old.pid}/children").read_text().split()
    silent = [old.pid, *map(int, children)]
    for pid in silent:
        os.kill(pid, signal.SIGSTOP)
    try:
        address.move(promoted.port)
        assert "no answer" in look(db)
        insert(db, "afterwards")
    finally:
        for pid in silent:
            os.kill(pid, signal.SIGCONT)
    assert promoted.execute("SELECT 1 FROM hb_items WHERE id = 'afterwards'") == [(1,)]


def test_a_commit_that_no_standby_confirmed_is_not_acknowledged(old: PostgresServer, make_db: MakeDb) -> None:
    """A wait for the standby that is cancelled ends in a commit and a warning; lost with this server, it isn't kept."""
    db = make_db(DatabaseSource("postgres", old.data_source(old.create_database())))
    create_items(db)
    old.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    old.execute("SELECT pg_reload_conf()")

    def store() -> None:
        with db.transaction():
            insert(db, "an item")

    gevent.sleep(0.2)
    storing = gevent.spawn(store)
    with gevent.Timeout(20):
        while not storing.ready():
            old.execute("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
            gevent.sleep(0.05)
    assert isinstance(storing.exception, errors.CommitUnknown)
