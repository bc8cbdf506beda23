"""A replica dies, comes back, falls behind, and is promoted when the primary dies, while people post and read.

Nobody is refused without need, nothing acknowledged is lost, and nobody misses what they wrote or were told of.
"""

from collections.abc import Iterator
from typing import NamedTuple

import gevent
import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, check_refusals, eventually
from hubbub.tests.failures.reads_kit import check_told_and_found
from hubbub.tests.failures.replicas_kit import READS, Watched, with_replica
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.fixtures import served
from hubbub.tests.services.forwarder import Forwarder
from hubbub.tests.services.mariadb import PLAIN, MariadbReplica, MariadbServer
from hubbub.tests.services.postgres import PostgresServer, PostgresStandby

WORKERS = 2


class Site(NamedTuple):
    """Two database servers, the address that leads to the first, and what Hubbub is told of it all."""

    primary: PostgresServer | MariadbServer
    replica: PostgresStandby | MariadbReplica
    address: Forwarder
    source: DatabaseSource
    replica_source: str
    promoted: DatabaseSource


@pytest.fixture
def postgres_site() -> Iterator[Site]:
    """Yield a PostgreSQL with a standby."""
    with (
        served(PostgresServer) as primary,
        served(lambda: PostgresStandby(primary)) as replica,
        Forwarder(primary.port) as address,
    ):
        name = primary.create_database()
        source = primary.data_source(name).replace(f":{primary.port}/", f":{address.port}/")
        after = replica.data_source(name)
        at, promoted = DatabaseSource("postgres", source), DatabaseSource("postgres", after)
        yield Site(primary, replica, address, at, after, promoted)


@pytest.fixture
def mariadb_site() -> Iterator[Site]:
    """Yield a MariaDB with a replica, and an account that can't write where writing is forbidden."""
    with (
        served(lambda: MariadbServer(number=1)) as primary,
        served(lambda: MariadbReplica(primary)) as replica,
        Forwarder(primary.port) as address,
    ):
        name = primary.create_database()
        source = primary.data_source(name, PLAIN).replace(f":{primary.port})", f":{address.port})")
        at, promoted = DatabaseSource("mysql", source), DatabaseSource("mysql", replica.data_source(name))
        yield Site(primary, replica, address, at, replica.data_source(name, PLAIN), promoted)


@pytest.mark.parametrize("site", ["postgres", pytest.param("mariadb", marks=pytest.mark.mysql)])
def test_a_replica_dies_falls_behind_and_becomes_the_primary(site: str, request: pytest.FixtureRequest) -> None:
    here: Site = request.getfixturevalue(f"{site}_site")
    config = with_replica(here.source, here.replica_source)
    with LiveServer(config, workers=WORKERS) as server:
        room, watched = Room(server, posters=2), Watched(server, config)
        workers = server.worker_pids
        watched.until_used()
        kept = the_replica_dies_and_falls_behind(here, room, watched)
        here.primary.wait_for_replica()
        kept |= the_primary_dies(here, room)
        assert server.worker_pids == workers, "no worker needs to be replaced for that"
        check_told_and_found(server, room, 2)
    check_nothing_lost(here.promoted, kept)


def the_replica_dies_and_falls_behind(here: Site, room: Room, watched: Watched) -> dict[str, str]:
    """Return what was posted meanwhile; nobody notices anything."""
    server = room.server
    with Load(room) as load:
        reading = gevent.spawn(check_told_and_found, server, room, 8)
        here.replica.kill()
        watched.until_left_out()
        load.more()
        here.replica.start()
        watched.until_used()
        reading.get(timeout=60)
    before = watched.metric(READS)
    check_told_and_found(server, room, 8)
    assert watched.metric(READS) > before + 8, "the replica must have answered, not the primary alone"
    here.replica.pause()
    check_told_and_found(server, room, 3)
    watched.until_left_out()
    here.replica.resume()
    watched.until_used()
    assert not load.refused
    assert not load.cut
    return load.kept


def the_primary_dies(here: Site, room: Room) -> dict[str, str]:
    """Return what was posted before and after; its address leads to the replica before that takes changes."""
    with Load(room) as load:
        load.more()
        here.primary.kill()
        here.address.move(here.replica.port)
        eventually(lambda: any("read_only" in answer.error for answer in load.refused))
        here.replica.promote()
        load.more()
    assert not load.cut
    check_refusals(load.refused, 503)
    return load.kept
