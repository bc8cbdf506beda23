"""Clients that hold connections, never read, guess and flood: everybody else is served as before."""

import resource
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import gevent
import pytest

from hubbub.core.testing import PASSWORD, Answer, Client, LiveServer
from hubbub.core.testing.client import HttpTransport

Start = Callable[..., LiveServer]
IDLE = 2_000
SLOW = 100
MIB = 1024 * 1024
LOOK_UP = ".token = ?"


def quietly(server: LiveServer) -> Client:
    """Return a client that takes every answer as it comes."""
    return Client(HttpTransport(server.host, server.port), strict=False)


@contextmanager
def many_descriptors(number: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < number:
        pytest.skip(f"{number} open files are not allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_idle_and_slow_connections_keep_nobody_waiting(live_server: Start) -> None:
    server = live_server()
    alice = server.create_user("alice")
    channel = server.create_channel(owner=alice)
    with many_descriptors(IDLE + SLOW + 500), ExitStack() as stack:
        for _ in range(IDLE):
            stack.enter_context(socket.create_connection((server.host, server.port), 20))
        slow = [stack.enter_context(socket.create_connection((server.host, server.port), 20)) for _ in range(SLOW)]
        for step in range(5):
            for number, connection in enumerate(slow):
                # Half of them never end their headers, the others never end the body that they promised.
                head = "POST /api/v4/posts HTTP/1.1\r\nContent-Length: 100\r\n" + ("\r\n" if number % 2 else "X-A: ")
                connection.sendall(head.encode() if step == 0 else b"{")
            assert alice.create_post(channel, f"as usual {step}")["id"]
        assert server.client().get("/system/ping").status == 200


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def test_a_websocket_that_never_reads_is_dropped_and_costs_nobody_an_event(live_server: Start) -> None:
    server = live_server()
    alice, bob = server.create_user("alice"), server.create_user("bob")
    channel = server.create_channel(owner=alice, members=(bob,))
    deaf = [server.websocket(bob) for _ in range(5)]
    with server.websocket(bob) as listener:
        (worker,) = server.worker_pids
        before = resident(worker)
        listening = gevent.spawn(lambda: [listener.wait_for("posted")["data"]["post"] for _ in range(600)])
        sent = [alice.create_post(channel, "x" * 16_000)["id"] for _ in range(600)]
        heard = listening.get(timeout=60)
        assert [post_id for post_id, post in zip(sent, heard, strict=True) if post_id not in post] == []
        assert resident(worker) - before < 100 * MIB  # five times 600 events of 16 KB are 48 MB, all of them kept
    for client in deaf:
        with pytest.raises(ConnectionError), gevent.Timeout(60):
            while True:
                client.receive(timeout=30)


def test_guessing_a_password_is_limited_and_leaves_the_loop_free(live_server: Start) -> None:
    server = live_server(
        {"ServiceSettings": {"MaximumLoginAttempts": 5}}, settings={"auth_password": {"Iterations": 600_000}}
    )
    server.create_user("alice")
    answers: list[Answer] = []
    pings = 0

    def guess(number: int) -> None:
        body = {"login_id": "alice", "password": f"guess-{number}"}
        answers.append(quietly(server).post("/users/login", body))

    guessing = [gevent.spawn(guess, number) for number in range(20)]
    while not all(greenlet.ready() for greenlet in guessing):
        assert server.client().get("/system/ping").status == 200
        pings += 1
    errors = Counter(answer.error for answer in answers)
    assert errors["api.user.login.invalid_credentials_email_username"] == 5, errors
    assert errors["api.user.check_user_login_attempts.too_many.app_error"] == 15, errors
    # Hashing goes on in threads: a loop that it held would answer one ping per hash.
    assert pings > 3 * 5
    right = quietly(server).post("/users/login", {"login_id": "alice", "password": PASSWORD})
    assert right.error == "api.user.check_user_login_attempts.too_many.app_error"


def test_many_sign_in_at_once_while_others_are_answered(live_server: Start) -> None:
    server = live_server(settings={"auth_password": {"Iterations": 300_000}})
    people = [f"person{number}" for number in range(4)]
    for name in people:
        server.create_user(name)
    signing_in = [gevent.spawn(server.client().login, name, PASSWORD, expect=200) for name in people * 3]
    pings = 0
    while not all(greenlet.ready() for greenlet in signing_in):
        assert server.client().get("/system/ping").status == 200
        pings += 1
    assert all(greenlet.successful() for greenlet in signing_in)
    assert pings > 3 * len(signing_in)


def test_rubbish_tokens_do_not_reach_the_database_again_and_again(live_server: Start) -> None:
    server = live_server({"SqlSettings": {"DriverName": "sqlite", "DataSource": "", "Trace": True}})
    client = quietly(server)
    client.token = "r" * 26
    asked = server.log.count(LOOK_UP)
    for _ in range(100):
        assert client.get("/users/me").status == 401
    assert 1 <= server.log.count(LOOK_UP) - asked <= 2  # as a session's, as an access token's
    client.token = "r" * 5_000
    asked = server.log.count(LOOK_UP)
    for _ in range(20):
        assert client.get("/users/me").status == 401
    assert server.log.count(LOOK_UP) - asked <= 2


def test_a_flood_from_one_address_is_limited_where_the_admin_says_so(live_server: Start) -> None:
    server = live_server({"RateLimitSettings": {"Enable": True, "PerSec": 5, "MaxBurst": 20}})
    answers = [quietly(server).get("/system/ping") for _ in range(60)]
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) > 20
    assert int(refused[0].headers["retry-after"]) >= 1
    assert refused[0].headers["x-ratelimit-remaining"] == "0"
    assert {answer.status for answer in answers} == {200, 429}
