"""Reads on a replica of a real MariaDB, and connections to a MariaDB that was demoted."""

from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import gevent
import pymysql
import pytest

from hubbub.core.db import Database, errors, heartbeat, primary
from hubbub.core.db import replica as replica_module
from hubbub.core.db.pool import ServerPool
from hubbub.tests.core.db.conftest import MakeDb, create_items, insert
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.fixtures import served
from hubbub.tests.services.forwarder import Forwarder
from hubbub.tests.services.mariadb import PLAIN, USER, MariadbReplica, MariadbServer
from hubbub.tests.services.process import HOST

pytestmark = pytest.mark.mysql
COUNT = "SELECT count(*) FROM {hb_items}"
WHO = "SELECT @@server_id"


class Pair(NamedTuple):
    """A primary (number 1) and its replica (number 2)."""

    primary: MariadbServer
    replica: MariadbReplica


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have reads wait for a replica for as long as it may take on a busy machine."""
    monkeypatch.setattr(replica_module, "WAIT_S", 5.0)
    monkeypatch.setattr(replica_module, "PROOF_S", 10.0)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Yield two servers for all tests here."""
    with served(lambda: MariadbServer(number=1)) as server, served(lambda: MariadbReplica(server)) as replica:
        yield Pair(server, replica)


@pytest.fixture(scope="module")
def name(pair: Pair) -> str:
    """Return a database that both servers have."""
    name = pair.primary.create_database()
    ((position,),) = pair.primary.execute("SELECT @@gtid_current_pos")
    assert pair.replica.execute(f"SELECT MASTER_GTID_WAIT('{position}', 20)") == [(0,)]
    return name


@pytest.fixture
def db(pair: Pair, name: str, make_db: MakeDb) -> Database:
    """Return a database with an empty table `hb_items`, whose replica has been looked at."""
    db = make_db(
        DatabaseSource("mysql", pair.primary.data_source(name, PLAIN)),
        DataSourceReplicas=[pair.replica.data_source(name, PLAIN)],
        ReplicaMonitorIntervalSeconds=0.3,
    )
    db.execute("DROP TABLE IF EXISTS {hb_items}")
    create_items(db)
    heartbeat.prepare(db)
    db.replicas.look()
    assert [(replica.trouble, replica.by_beats) for replica in db.replicas.all] == [("", False)]
    return db


def test_a_read_on_a_replica_sees_what_was_stored_before_it_began_by_anybody(
    db: Database, pair: Pair, name: str
) -> None:
    options = {"host": HOST, "port": pair.primary.port, "user": USER, "password": pair.primary.password}
    with closing(pymysql.connect(database=name, autocommit=True, **options)) as somebody, somebody.cursor() as cursor:
        for number in range(100):
            cursor.execute(f"INSERT INTO hb_items (id) VALUES ('{number}')")
            assert db.fetch_value(COUNT, replica=True) == number + 1
    assert db.replicas.all[0].reads > 50, "the replica must have answered, not the primary alone"


def test_a_replica_that_stands_still_is_left_out_and_taken_back(
    db: Database, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "WAIT_S", 0.1)
    (replica,) = db.replicas.all
    assert db.fetch_value(WHO, replica=True) == 2
    pair.replica.pause()
    insert(db, "not yet there")
    assert db.fetch_value(COUNT, replica=True) == 1
    gevent.sleep(0.3)
    db.replicas.look()
    assert "s behind" in replica.trouble
    assert db.fetch_value(COUNT, replica=True) == 1

    pair.replica.resume()
    db.replicas.look()
    assert replica.trouble == ""
    assert db.fetch_value(WHO, replica=True) == 2


def test_a_dead_replica_is_left_out_and_taken_back(db: Database, pair: Pair) -> None:
    assert db.fetch_value(WHO, replica=True) == 2
    pair.replica.kill()
    assert db.fetch_value(WHO, replica=True) == 1
    db.replicas.look()
    assert "doesn't answer" in db.replicas.all[0].trouble

    pair.replica.start()
    with gevent.Timeout(20):
        while not db.replicas.all[0].is_in:
            db.replicas.look()
    assert db.fetch_value(WHO, replica=True) == 2


def test_how_far_behind_it_is_it_tells_whoever_may_ask(pair: Pair, name: str, make_db: MakeDb) -> None:
    lags = []
    for user in (USER, PLAIN):
        source = DatabaseSource("mysql", pair.primary.data_source(name, PLAIN))
        db = make_db(source, DataSourceReplicas=[pair.replica.data_source(name, user)])
        assert db.progress is not None
        session = db.replicas.all[0].pool.take(reads=True)
        lags.append(db.progress.lag(session))
        db.replicas.all[0].pool.give(session)
    assert lags == [0, None]


def test_connections_to_a_demoted_primary_are_let_go_of(pair: Pair, make_db: MakeDb) -> None:
    """The old primary goes on, read-only, and so would connections to it; its address leads to the new one."""
    name = pair.primary.create_database()
    with Forwarder(pair.primary.port) as address:
        source = pair.primary.data_source(name, PLAIN)
        db = make_db(DatabaseSource("mysql", source.replace(f":{pair.primary.port})", f":{address.port})")))
        create_items(db)
        gevent.joinall([gevent.spawn(db.fetch_value, "SELECT sleep(0.05)") for _ in range(3)])
        pair.primary.execute("SET GLOBAL read_only = 1")
        with pytest.raises(errors.StoreReadOnly):
            insert(db, "refused")
        assert db.stats()["open"] == 0
        assert isinstance(db.pool, ServerPool)
        assert db.progress is not None
        assert primary.look(db.pool, db.progress) == primary.READ_ONLY
        pair.replica.promote()
        address.move(pair.replica.port)
        insert(db, "stored")
        assert primary.look(db.pool, db.progress) == ""
        assert pair.replica.execute(f"SELECT id FROM {name}.hb_items") == [("stored",)]
