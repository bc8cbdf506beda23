"""The primary goes away under load, and its address leads to the promoted replica: nothing acknowledged is lost."""

from collections.abc import Iterator

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, check_refusals, eventually
from hubbub.tests.failures.reads_kit import check_told_and_found
from hubbub.tests.failures.replicas_kit import Watched, with_replica
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.fixtures import served
from hubbub.tests.services.forwarder import Forwarder
from hubbub.tests.services.postgres import PostgresServer, PostgresStandby

WORKERS = 2


@pytest.fixture
def standby(own_postgres_server: PostgresServer) -> Iterator[PostgresStandby]:
    """Yield a standby without which `own_postgres_server` answers no commit."""
    with served(lambda: PostgresStandby(own_postgres_server)) as standby:
        own_postgres_server.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        own_postgres_server.execute("SELECT pg_reload_conf()")
        yield standby


@pytest.fixture
def address(own_postgres_server: PostgresServer) -> Iterator[Forwarder]:
    """Yield a virtual address that leads to the primary."""
    with Forwarder(own_postgres_server.port) as forwarder:
        yield forwarder


def test_the_replica_is_promoted_when_the_primary_has_died_under_load(
    own_postgres_server: PostgresServer, standby: PostgresStandby, address: Forwarder
) -> None:
    primary, name = own_postgres_server, own_postgres_server.create_database()
    source = primary.data_source(name).replace(f":{primary.port}/", f":{address.port}/")
    config = with_replica(DatabaseSource("postgres", source), standby.data_source(name))
    with LiveServer(config, workers=WORKERS) as server:
        room, watched = Room(server, posters=2), Watched(server, config)
        workers = server.worker_pids
        watched.until_used()
        with Load(room) as load:
            load.more()
            primary.kill()
            address.move(standby.port)
            eventually(lambda: any("read_only" in answer.error for answer in load.refused))
            standby.promote()
            load.more()
        assert not load.cut
        check_refusals(load.refused, 503)
        assert server.worker_pids == workers
        watched.until_used()
        check_told_and_found(server, room, 3)
    check_nothing_lost(DatabaseSource("postgres", standby.data_source(name)), load.kept)
