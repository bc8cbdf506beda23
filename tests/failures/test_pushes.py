"""A server is killed (kill -9) while its push proxy is down: no push that waits is lost, and none comes twice."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.failures.kit import config_for, eventually
from hubbub.tests.services.databases import DatabaseSource
from hubbub.tests.services.process import free_port
from hubbub.tests.services.push_proxy import ScriptedProxy

PHONES = 3
POSTS = 4


def ask(source: DatabaseSource, sql: str) -> Any:
    """Return the first value that a statement gives."""
    with closing(sqlite3.connect(source.data_source, timeout=10)) as connection:
        row = connection.execute(sql).fetchone()
        connection.commit()
        return row[0] if row else None


@pytest.mark.engines("sqlite")
def test_pushes_that_wait_for_the_proxy_outlive_a_killed_server(database: DatabaseSource) -> None:
    port = free_port()
    push = {"SendPushNotifications": True, "PushNotificationServer": f"http://127.0.0.1:{port}"}
    with LiveServer(config_for(database, EmailSettings=push), workers=1) as server:
        alice = server.create_user("alice")
        people = [server.create_user(f"person{number}") for number in range(PHONES)]
        for person in people:
            person.put("/users/sessions/device", {"device_id": f"apple_rn:{person.id}"}, expect=200)
            person.put(f"/users/{person.id}/status", {"user_id": person.id, "status": "offline"}, expect=200)
        channel = server.create_channel("talk", owner=alice, members=people)
        for number in range(POSTS):
            alice.create_post(channel, f"@all {number}")
        eventually(lambda: ask(database, "SELECT COUNT(*) FROM hb_push_queue") == PHONES * POSTS)
        server.kill()
        ask(database, "UPDATE hb_push_queue SET nextat = 0")  # as if the lease of the dead had ended
        proxy = ScriptedProxy(port)
        server.start()
        eventually(lambda: ask(database, "SELECT COUNT(*) FROM hb_push_queue") == 0, timeout=30)
        got = [(one["device_id"], one["message"][-1]) for one in proxy.of("message")]
        proxy.stop()
    assert sorted(got) == sorted((person.id, str(number)) for person in people for number in range(POSTS))
    for person in people:
        assert [number for id, number in got if id == person.id] == [str(number) for number in range(POSTS)]
