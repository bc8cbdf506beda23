"""Reads on replicas (SqlSettings.DataSourceReplicas): a real PostgreSQL with a standby that streams from it."""

from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import NamedTuple

import gevent
import psycopg2
import pytest

from hubbub.core.db import Database, heartbeat
from hubbub.core.db import replica as replica_module
from hubbub.tests.core.db.conftest import MakeDb, create_items, insert
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.fixtures import served
from hubbub.tests.services.postgres import PostgresServer, PostgresStandby

COUNT = "SELECT count(*) FROM {hb_items}"
WHO = "SELECT pg_is_in_recovery()"


class Pair(NamedTuple):
    """A primary and the server that streams from it."""

    primary: PostgresServer
    standby: PostgresStandby


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have reads wait for a replica for as long as it may take on a busy machine."""
    monkeypatch.setattr(replica_module, "WAIT_S", 5.0)
    monkeypatch.setattr(replica_module, "PROOF_S", 10.0)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Yield two servers for all tests here; each leaves them as they were."""
    with served(PostgresServer) as primary, served(lambda: PostgresStandby(primary)) as standby:
        yield Pair(primary, standby)


@pytest.fixture(scope="module")
def name(pair: Pair) -> str:
    """Return a database that both servers have."""
    name = pair.primary.create_database()
    with gevent.Timeout(20):
        while not pair.standby.execute(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            gevent.sleep(0.02)
    return name


@pytest.fixture
def db(pair: Pair, name: str, make_db: MakeDb) -> Database:
    """Return a database with a table `hb_items`, whose replica has been looked at."""
    db = make_db(
        DatabaseSource("postgres", pair.primary.data_source(name)),
        DataSourceReplicas=[pair.standby.data_source(name)],
        ReplicaMonitorIntervalSeconds=0.3,
    )
    set_up(db)
    assert [replica.trouble for replica in db.replicas.all] == [""]
    return db


def set_up(db: Database) -> None:
    """Make an empty table and look at the replicas."""
    db.execute("DROP TABLE IF EXISTS {hb_items}")
    create_items(db)
    heartbeat.prepare(db)
    db.replicas.look()


def on_standby(db: Database) -> bool:
    """Say whether the standby answers what a replica may answer."""
    return bool(db.fetch_value(WHO, replica=True))


def test_each_way_of_reading_may_use_a_replica(db: Database) -> None:
    insert(db, "an item")
    recovery = "SELECT id FROM {hb_items} WHERE pg_is_in_recovery()"

    assert db.fetch_all(recovery, replica=True) == [("an item",)]
    assert db.fetch_one(recovery, replica=True) == ("an item",)
    assert db.fetch_value(db.prepare(recovery), replica=True) == "an item"
    assert db.select_in(f"{recovery} AND counter IN ({{ids}})", [0], replica=True) == [("an item",)]
    assert db.fetch_all(recovery) == []


def test_a_read_on_a_replica_sees_what_was_stored_before_it_began_by_anybody(
    db: Database, pair: Pair, name: str
) -> None:
    with closing(psycopg2.connect(pair.primary.data_source(name))) as somebody:
        somebody.autocommit = True
        for number in range(200):
            with somebody.cursor() as cursor:
                cursor.execute(f"INSERT INTO hb_items (id) VALUES ('{number}')")
            assert db.fetch_value(COUNT, replica=True) == number + 1
    assert db.replicas.all[0].reads > 100, "the standby must have answered, not the primary alone"


def test_many_readers_share_the_question_for_the_primarys_position(db: Database) -> None:
    insert(db, "an item")
    readers = [gevent.spawn(db.fetch_value, COUNT, replica=True) for _ in range(50)]

    assert [reader.get() for reader in readers] == [1] * 50
    assert db.stats()["open"] < 5


def test_in_a_transaction_and_for_changes_the_primary_answers(db: Database) -> None:
    with db.transaction():
        assert not on_standby(db)
    db.fetch_all("INSERT INTO {hb_items} (id) VALUES ('new') RETURNING id", replica=True)
    assert db.fetch_value(COUNT) == 1


def test_a_replica_that_is_behind_is_not_asked_then_left_out_and_taken_back(
    db: Database, pair: Pair, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (replica,) = db.replicas.all
    monkeypatch.setattr(replica_module, "WAIT_S", 0.1)
    assert on_standby(db)
    pair.standby.pause()
    insert(db, "not yet there")

    assert db.fetch_value(COUNT, replica=True) == 1
    assert replica.is_in, "a moment is no reason to leave it out"
    gevent.sleep(0.3)
    db.replicas.look()
    assert "s behind" in replica.trouble
    assert (replica.lag or 0) > 0.3
    assert db.fetch_value(COUNT, replica=True) == 1

    pair.standby.resume()
    db.replicas.look()
    assert replica.is_in
    assert on_standby(db)
    assert caplog.text.count("replica 1 is left out") == 1


def test_a_dead_replica_is_left_out_and_taken_back(db: Database, pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    assert on_standby(db)
    pair.standby.kill()

    for _ in range(10):
        assert not on_standby(db)
    assert caplog.text.count("replica 1 is left out") == 1
    db.replicas.look()
    assert "doesn't answer" in db.replicas.all[0].trouble
    pair.standby.start()
    db.replicas.look()
    assert on_standby(db)


def test_a_replica_that_was_restarted_is_asked_again_at_once(db: Database, pair: Pair) -> None:
    assert on_standby(db)
    pair.standby.restart()

    db.fetch_value(COUNT, replica=True)
    assert on_standby(db)


def test_replicas_take_turns_and_searches_have_their_own(pair: Pair, name: str, make_db: MakeDb) -> None:
    replica = pair.standby.data_source(name)
    db = make_db(
        DatabaseSource("postgres", pair.primary.data_source(name)),
        DataSourceReplicas=[replica, f"{replica}&application_name=second"],
        DataSourceSearchReplicas=[f"{replica}&application_name=search"],
    )
    set_up(db)
    for _ in range(6):
        db.fetch_value("SELECT 1", replica=True)
        db.fetch_value("SELECT 1", replica="search")

    assert {one.name: one.reads for one in db.replicas.all} == {"replica 1": 3, "replica 2": 3, "search replica 1": 6}


def test_without_replicas_for_searching_the_others_search(db: Database) -> None:
    assert db.fetch_value(WHO, replica="search")


def test_a_server_that_does_not_follow_the_primary_is_never_read(
    pair: Pair, name: str, make_db: MakeDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "PROOF_S", 0.3)
    stranger = pair.primary.data_source(pair.primary.create_database())
    db = make_db(DatabaseSource("postgres", stranger))
    create_items(db)
    insert(db, "of somebody else")
    db = make_db(DatabaseSource("postgres", pair.primary.data_source(name)), DataSourceReplicas=[stranger])
    set_up(db)

    assert db.replicas.all[0].trouble == "what the primary stores doesn't arrive there"
    assert db.fetch_value(COUNT, replica=True) == 0


def test_where_a_server_tells_no_position_heartbeats_do(pair: Pair, name: str, make_db: MakeDb) -> None:
    """A replica by other means than streaming: here the primary itself, by another name."""
    source = DatabaseSource("postgres", pair.primary.data_source(name))
    db = make_db(source, DataSourceReplicas=[f"{source.data_source}&application_name=another"])
    set_up(db)
    for number in range(5):
        insert(db, str(number))
        assert db.fetch_value(COUNT, replica=True) == number + 1

    (replica,) = db.replicas.all
    assert replica.by_beats
    assert replica.reads == 5


def test_a_statement_that_the_replica_gives_up_for_the_primarys_sake_is_run_there(
    db: Database, pair: Pair, name: str
) -> None:
    """PostgreSQL ends a read on a standby which is in the way of what has to be replayed there."""
    pair.standby.execute("ALTER SYSTEM SET max_standby_streaming_delay = 0")
    pair.standby.execute("SELECT pg_reload_conf()")
    insert(db, "an item")
    slow = gevent.spawn(db.fetch_value, f"{COUNT}, pg_sleep(0.8)", replica=True)
    gevent.sleep(0.3)
    pair.primary.execute("TRUNCATE hb_items", name)

    assert slow.get() == 0
    assert db.replicas.all[0].is_in


def test_own_queries_for_the_lag_become_numbers(
    pair: Pair, name: str, make_db: MakeDb, caplog: pytest.LogCaptureFixture
) -> None:
    source = pair.primary.data_source(name)
    node = "SELECT application_name, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication"
    settings = [
        SimpleNamespace(DataSource=source, QueryAbsoluteLag=node, QueryTimeLag="SELECT 'a' WHERE 'a%b' LIKE 'a%'"),
        SimpleNamespace(DataSource=source, QueryAbsoluteLag="SELECT nothing", QueryTimeLag="SELECT 'other', 1.5"),
    ]
    db = make_db(DatabaseSource("postgres", source), ReplicaLagSettings=settings)
    queries = db.replicas.lag_queries
    for _ in range(2):
        queries.ask()

    assert queries.absolute.keys() == {"standby"}
    assert queries.time == {"other": 1.5}
    assert caplog.text.count("ReplicaLagSettings[0].QueryTimeLag: it must return rows of a name and a number") == 1
    assert caplog.text.count("ReplicaLagSettings[1].QueryAbsoluteLag: ") == 1
