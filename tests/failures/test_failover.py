"""The primary goes away under load, and its address leads to the promoted replica: nothing acknowledged is lost."""

from collections.abc import Iterator

import pytest

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import HttpTransport
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, check_refusals, config_for, eventually
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


def component(server: LiveServer, room: Room, name: str) -> bool:
    """Say what the worker that is asked thinks of a component."""
    status = room.posters[0].get("/system/ping", query={"get_server_status": "true"}).json
    return bool(status["components"][name]["ok"])


def metric(server: LiveServer, line: str) -> float:
    """Return a value of the page for Prometheus."""
    page = HttpTransport("127.0.0.1", server.metrics_port)("GET", "/metrics", {}, b"").body.decode()
    return sum(float(found.rpartition(" ")[2]) for found in page.splitlines() if found.startswith(line))


def test_a_replica_may_die_and_the_primary_too(
    own_postgres_server: PostgresServer, standby: PostgresStandby, address: Forwarder
) -> None:
    primary, name = own_postgres_server, own_postgres_server.create_database()
    at = PostgresServer.data_source
    source = DatabaseSource("postgres", at(primary, name).replace(f":{primary.port}/", f":{address.port}/"))
    sql = {"QueryTimeout": 3, "DataSourceReplicas": [standby.data_source(name)], "ReplicaMonitorIntervalSeconds": 1}
    with LiveServer(config_for(source, SqlSettings=sql), workers=WORKERS) as server:
        room = Room(server)
        workers = server.worker_pids
        eventually(lambda: component(server, room, "replica 1"))
        with Load(room) as load:
            load.more()
            primary.kill()
            address.move(standby.port)
            eventually(lambda: any("read_only" in answer.json["id"] for answer in load.refused), what=str(load.refused[-3:]))
            standby.promote()
            load.more()
        assert not load.cut
        check_refusals(load.refused, 503)
        assert server.worker_pids == workers
        check_nothing_lost(DatabaseSource("postgres", standby.data_source(name)), load.kept)
