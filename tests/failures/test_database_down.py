"""The database goes away under load and comes back: clear answers meanwhile, and nothing that was kept is lost."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import HttpTransport
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, check_refusals, config_for, eventually
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.postgres import PostgresServer

WORKERS = 2


@pytest.fixture
def source(own_postgres_server: PostgresServer) -> DatabaseSource:
    name = own_postgres_server.create_database()
    return DatabaseSource("postgres", own_postgres_server.data_source(name) + "&connect_timeout=3")


@pytest.fixture
def server(source: DatabaseSource) -> Iterator[LiveServer]:
    with LiveServer(config_for(source, SqlSettings={"QueryTimeout": 3}), workers=WORKERS) as server:
        yield server


def stop_at_once(database: PostgresServer) -> None:
    """Stop as `pg_ctl stop -m immediate` does: connections are cut, the log is replayed at the next start."""
    os.kill(database.pid, signal.SIGQUIT)
    eventually(lambda: not database.running)
    database.stop()


@pytest.mark.parametrize("end", [stop_at_once, PostgresServer.kill], ids=["immediate", "kill-9"])
def test_a_database_that_is_restarted_under_load_costs_no_post(
    server: LiveServer,
    source: DatabaseSource,
    own_postgres_server: PostgresServer,
    end: Callable[[PostgresServer], None],
) -> None:
    room = Room(server)
    workers = server.worker_pids
    with Load(room) as load:
        load.more()
        for _ in range(20):  # each worker has begun: one that begins without a database has nothing to answer with
            server.client().get("/system/ping")
        end(own_postgres_server)
        eventually(lambda: len(load.refused) > 10, what="requests must be refused, not hang")
        assert server.client().get("/system/ping").status == 200
        own_postgres_server.start()
        load.more()
    assert not load.cut
    check_refusals(load.refused, 503)
    assert server.worker_pids == workers, "no worker needs to be replaced for that"
    check_nothing_lost(source, load.kept)


def test_a_mariadb_that_is_restarted_under_load_costs_no_post(own_mariadb_server: MariadbServer) -> None:
    source = DatabaseSource("mysql", own_mariadb_server.data_source(own_mariadb_server.create_database()))
    with LiveServer(config_for(source, SqlSettings={"QueryTimeout": 3}), workers=WORKERS) as server:
        room = Room(server)
        with Load(room) as load:
            load.more()
            own_mariadb_server.kill()
            eventually(lambda: len(load.refused) > 10, what="requests must be refused, not hang")
            own_mariadb_server.start()
            load.more()
        assert not load.cut
        check_refusals(load.refused, 503)
        check_nothing_lost(source, load.kept)


def test_health_and_ready_say_so_and_recover(source: DatabaseSource, own_postgres_server: PostgresServer) -> None:
    with LiveServer(config_for(source), workers=1) as server:
        client = server.client()
        fetch = HttpTransport(server.host, server.port)

        def status(path: str) -> int:
            return fetch("GET", path, {}, b"").status

        assert status("/readyz") == 200
        own_postgres_server.kill()
        assert status("/readyz") == 503
        assert status("/healthz") == 200
        ping = client.get("/system/ping", query={"get_server_status": "true"}, expect=500)
        assert ping.json["database_status"] == "UNHEALTHY"
        own_postgres_server.start()
        eventually(lambda: status("/readyz") == 200)
        ping = client.get("/system/ping", query={"get_server_status": "true"}, expect=200)
        assert ping.json["database_status"] == "OK"


def test_websockets_stay_and_events_flow_again(server: LiveServer, own_postgres_server: PostgresServer) -> None:
    room = Room(server, posters=2)
    author, reader = room.posters
    sockets = [server.websocket(reader) for _ in range(4)]
    own_postgres_server.kill()
    gevent.sleep(0.3)
    own_postgres_server.start()
    sent = author.create_post(room.channel, "we are back")
    for socket in sockets:
        assert sent["id"] in socket.wait_for("posted")["data"]["post"]
        assert socket.call("get_statuses")["status"] == "OK"
        socket.close()


def test_a_database_that_hangs_is_answered_for_and_does_not_keep_the_server_from_stopping(
    server: LiveServer, own_postgres_server: PostgresServer
) -> None:
    room = Room(server, posters=2)
    pids = [own_postgres_server.pid, *children(own_postgres_server.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        with Load(room) as load:
            eventually(lambda: load.refused, what="a request must not hang with the database")
            check_refusals(load.refused, 503)
        with gevent.Timeout(20):
            server.stop()
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_worker_that_begins_while_the_database_is_down_waits_for_it(
    server: LiveServer, own_postgres_server: PostgresServer
) -> None:
    room = Room(server, posters=2)
    own_postgres_server.kill()
    for worker in server.worker_pids:
        os.kill(worker, signal.SIGKILL)
    fetch = HttpTransport(server.host, server.port)
    refused = fetch("GET", "/api/v4/users/me", {}, b"")
    check_refusals([refused], 503)
    assert fetch("GET", "/healthz", {}, b"").status == 200
    own_postgres_server.start()
    # Each request is a connection, and any worker may get it: all must have begun.
    eventually(lambda: all(fetch("GET", "/readyz", {}, b"").status == 200 for _ in range(20)))
    assert room.posters[0].create_post(room.channel, "we are back")["id"]


def test_a_reload_while_the_database_is_down_does_not_end_the_server(
    server: LiveServer, own_postgres_server: PostgresServer
) -> None:
    room = Room(server, posters=2)
    before = set(server.worker_pids)
    own_postgres_server.kill()
    os.kill(server.pid, signal.SIGHUP)
    eventually(lambda: len(server.worker_pids) == WORKERS and not before & set(server.worker_pids))
    own_postgres_server.start()
    with Load(room) as load:
        load.more()


def test_a_server_whose_workers_wait_for_a_hanging_database_ends_when_told_to(
    server: LiveServer, own_postgres_server: PostgresServer
) -> None:
    pids = [own_postgres_server.pid, *children(own_postgres_server.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        before = set(server.worker_pids)
        for worker in before:
            os.kill(worker, signal.SIGKILL)
        eventually(lambda: len(server.worker_pids) == WORKERS and not before & set(server.worker_pids))
        gevent.sleep(1)
        with gevent.Timeout(20):
            server.stop()
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
