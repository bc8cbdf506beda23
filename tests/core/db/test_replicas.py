"""Reads on replicas (SqlSettings.DataSourceReplicas)."""

import gevent
import pytest

from hubbub.core.db import Database
from hubbub.tests.core.db.conftest import MakeDb, create_items, insert
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.postgres import PostgresServer


@pytest.fixture
def with_replica(own_postgres_server: PostgresServer, postgres_database: DatabaseSource, make_db: MakeDb) -> Database:
    """Return a database whose "replica" holds something else, so that one sees who answered."""
    server = own_postgres_server
    replica = DatabaseSource("postgres", server.data_source(server.create_database()))
    db = make_db(postgres_database, DataSourceReplicas=[replica.data_source], ReplicaMonitorIntervalSeconds=1)
    create_items(db)
    create_items(make_db(replica))
    insert(make_db(replica), "only on the replica")
    return db


def test_a_read_that_may_be_old_goes_to_a_replica(with_replica: Database) -> None:
    everything = "SELECT id FROM {hb_items}"

    assert with_replica.fetch_all(everything, replica=True) == [("only on the replica",)]
    assert with_replica.fetch_one(everything, replica=True) == ("only on the replica",)
    assert with_replica.fetch_value(everything, replica=True) == "only on the replica"
    assert with_replica.select_in("SELECT id FROM {hb_items} WHERE counter IN ({ids})", [0], replica=True) != []
    assert with_replica.fetch_all(everything) == []


def test_in_a_transaction_the_primary_answers(with_replica: Database) -> None:
    with with_replica.transaction():
        assert with_replica.fetch_all("SELECT id FROM {hb_items}", replica=True) == []


def test_a_statement_that_writes_goes_to_the_primary(with_replica: Database) -> None:
    with_replica.fetch_all("INSERT INTO {hb_items} (id) VALUES ('new') RETURNING id", replica=True)

    assert with_replica.fetch_all("SELECT id FROM {hb_items}") == [("new",)]


def test_a_dead_replica_is_left_out_and_taken_back(
    with_replica: Database, own_postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    everything = "SELECT id FROM {hb_items}"
    with_replica.fetch_all(everything, replica=True)
    own_postgres_server.kill()

    for _ in range(10):
        assert with_replica.fetch_all(everything, replica=True) == []
    assert 1 <= caplog.text.count("replica 1 doesn't answer") <= 3
    own_postgres_server.start()
    gevent.sleep(1.1)

    assert with_replica.fetch_all(everything, replica=True) == [("only on the replica",)]
