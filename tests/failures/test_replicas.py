"""A replica dies, comes back and falls behind under load: nobody is refused, nobody misses what they know of."""

from collections.abc import Iterator

import gevent
import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost
from hubbub.tests.failures.reads_kit import check_told_and_found
from hubbub.tests.failures.replicas_kit import READS, Watched, with_replica
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.fixtures import served
from hubbub.tests.services.postgres import PostgresServer, PostgresStandby

WORKERS = 2


@pytest.fixture
def standby(own_postgres_server: PostgresServer) -> Iterator[PostgresStandby]:
    """Yield a replica of the test's own server."""
    with served(lambda: PostgresStandby(own_postgres_server)) as standby:
        yield standby


def test_a_replica_is_killed_and_restarted_and_falls_behind_under_load(
    own_postgres_server: PostgresServer, standby: PostgresStandby
) -> None:
    name = own_postgres_server.create_database()
    source = DatabaseSource("postgres", own_postgres_server.data_source(name))
    config = with_replica(source, standby.data_source(name))
    with LiveServer(config, workers=WORKERS) as server:
        room, watched = Room(server, posters=2), Watched(server, config)
        watched.until_used()
        with Load(room) as load:
            reading = gevent.spawn(check_told_and_found, server, room, 10)
            standby.kill()
            watched.until_left_out()
            load.more()
            standby.start()
            watched.until_used()
            reading.get(timeout=60)
        before = watched.metric(READS)
        check_told_and_found(server, room, 10)
        assert watched.metric(READS) > before + 10, "the replica must have answered, not the primary alone"
        standby.execute("SELECT pg_wal_replay_pause()")
        check_told_and_found(server, room, 5)
        watched.until_left_out()
        standby.execute("SELECT pg_wal_replay_resume()")
        watched.until_used()
        assert not load.refused
        assert not load.cut
        check_nothing_lost(source, load.kept)
