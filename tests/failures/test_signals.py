"""Signals under load: nobody's request is dropped, WebSockets are told, and the server ends in time."""

import json
import os
import signal
import socket
from collections.abc import Callable
from time import monotonic

import gevent
import pytest

from hubbub.core.testing import LiveServer, WebSocketClient
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, config_for, eventually, rows
from hubbub.tests.services.databases import DatabaseSource

GRACE_S = 10
GOING_AWAY = 1001


def close_code(client: WebSocketClient) -> int:
    """Read until the server closes, and return the code that it gave."""
    with gevent.Timeout(30):
        while not client.closed:
            try:
                client.receive(timeout=30)
            except ConnectionError:
                break
    return int(client._protocol.close_code or 0)


@pytest.mark.engines("postgres")
def test_a_reload_under_load_drops_nothing_and_takes_new_settings(database: DatabaseSource) -> None:
    with LiveServer(config_for(database), workers=2) as server:
        room = Room(server)
        before = set(server.worker_pids)
        with Load(room) as load:
            load.more()
            config = json.loads(server.config_path.read_text())
            config.setdefault("TeamSettings", {})["SiteName"] = "Renamed"
            server.config_path.write_text(json.dumps(config))
            os.kill(server.pid, signal.SIGHUP)
            eventually(lambda: len(server.worker_pids) == 2 and not before & set(server.worker_pids))
            load.more()
        assert not load.cut
        assert not load.refused
        names = {server.client().get("/config/client?format=old").json["SiteName"] for _ in range(10)}
        assert names == {"Renamed"}
        check_nothing_lost(database, load.kept)
        check_all_answered(database, load)


def check_all_answered(database: DatabaseSource, load: Load) -> None:
    """Fail if a post was stored whose author never heard of it."""
    stored = {row[0] for row in rows(database, "SELECT id FROM {posts} WHERE message LIKE 'message %'")}
    assert stored == set(load.kept)


def test_the_end_under_load_finishes_requests_and_tells_websockets(database: DatabaseSource) -> None:
    workers = 1 if database.driver_name == "sqlite" else 2
    with LiveServer(config_for(database), workers=workers) as server:
        room = Room(server)
        sockets = [server.websocket(poster) for poster in room.posters]
        codes = [gevent.spawn(close_code, client) for client in sockets]
        with Load(room) as load:
            load.more()
            began = monotonic()
            ending = gevent.spawn(server.stop)
            gevent.sleep(0.2)
        ending.get(timeout=30)
        assert monotonic() - began < GRACE_S
        assert {greenlet.get(timeout=5) for greenlet in codes} == {GOING_AWAY}
        # Whoever came after the doors were shut was refused or cut; whoever was inside got an answer.
        assert all(isinstance(error, ConnectionError) for error in load.cut), load.cut
        check_nothing_lost(database, load.kept)
        check_all_answered(database, load)


def test_an_answer_that_takes_its_time_is_given_before_the_end(live_server: Callable[..., LiveServer]) -> None:
    server = live_server()
    with socket.create_connection((server.host, server.port), 20) as client:
        head = (
            "POST /api/v4/users/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 37\r\n"
        )
        client.sendall(head.encode() + b"\r\n")
        gevent.sleep(0.3)
        ending = gevent.spawn(server.stop)
        gevent.sleep(0.3)
        client.sendall(b'{"login_id":"nobody","password":"xx"}')
        assert client.recv(100).startswith(b"HTTP/1.1 401")
    ending.get(timeout=30)
