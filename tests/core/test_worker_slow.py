"""Clients that send or read slowly, or never: what they hold is bounded in time and memory."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.tests.core.worker_kit import HUBBUB, GunicornServer, start_gunicorn

UPLOAD = b"POST /%b HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
HANDSHAKE = b"GET /detach HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def stalled(data: bytes) -> Callable[[GunicornServer], list[int]]:
    """Send `data` and nothing more; return the statuses that come back until the server closes."""
    return lambda server: server.client().send(data).statuses()


def trickle(start: bytes) -> Callable[[GunicornServer], list[int]]:
    """Send `start`, then a byte every tenth of a second until the server has had enough."""

    def run(server: GunicornServer) -> list[int]:
        client = server.client().send(start)
        reader = gevent.spawn(client.statuses)
        for _ in range(150):
            if reader.ready():
                break
            client.send(b"x")
            gevent.sleep(0.1)
        statuses: list[int] = reader.get(timeout=5)
        return statuses

    return run


def idle_after_a_request(server: GunicornServer) -> tuple[int, bool]:
    client = server.client()
    return client.get("/ignore").status, client.ended


def silent(server: GunicornServer) -> bool:
    return server.client().ended


def slow_but_steady(server: GunicornServer) -> bool:
    """Read half a megabyte in longer than the time-out; return whether all came."""
    client = server.client(receive_buffer=65536).send(b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
    received = 0
    while received < 512_000 and (data := client.sock.recv(20_000)):
        received += len(data)
        gevent.sleep(0.15)
    return received >= 512_000


def never_reads(server: GunicornServer) -> bool:
    """Ask for much, read nothing for twice the time-out; return whether all came none the less."""
    client = server.client(receive_buffer=4096).send(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
    gevent.sleep(6)
    return client.answer().complete


def detached_and_quiet(server: GunicornServer) -> bytes:
    """Say nothing on a detached socket for longer than any time-out, then something."""
    client = server.client().send(HANDSHAKE)
    client.answer()
    gevent.sleep(5)
    return client.send(b"still").take(5)


SCENARIOS: dict[str, tuple[Callable[[GunicornServer], Any], Any]] = {
    "first byte of a head, then nothing": (stalled(b"G"), [408]),
    "half a head": (stalled(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "), [408]),
    "half a head behind a whole request": (stalled(b"GET /ignore HTTP/1.1\r\nHost: x\r\n\r\nGET "), [200, 408]),
    "head that trickles": (trickle(b"GET /"), [408]),
    "half a small body": (stalled(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"), [408]),
    "half a large body": (stalled(UPLOAD % b"echo" + b"abc"), [408]),
    "half a large body, error swallowed": (stalled(UPLOAD % b"swallow" + b"abc"), [408]),
    "half a body for gunicorn's parser": (stalled(UPLOAD.replace(b"Host", b"X_Odd: 1\r\nHost") % b"echo"), [408]),
    "half a chunk, error swallowed": (
        stalled(b"POST /swallow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"),
        [408],
    ),
    "body that trickles": (trickle(UPLOAD % b"count"), [408]),
    "small body that trickles": (trickle(UPLOAD.replace(b"100000", b"60000") % b"echo"), [408]),
    "unread body that never comes": (stalled(UPLOAD % b"ignore"), [200]),
    "idle after a request": (idle_after_a_request, (200, True)),
    "nothing at all": (silent, True),
    "reader that is slow but steady": (slow_but_steady, True),
    "reader that never reads": (never_reads, False),
    "detached and quiet": (detached_and_quiet, b"still"),
}


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GunicornServer]:
    """A server that waits one second for a request's head and three for anything else."""
    server = start_gunicorn(tmp_path_factory.mktemp("slow"), HUBBUB, "--keep-alive", "1", "--timeout", "3")
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def running(impatient: GunicornServer) -> Iterator[dict[str, Any]]:
    """All scenarios at once, as they mostly wait; each test looks at its own."""
    assert impatient.get("/ignore").status == 200
    greenlets = {name: gevent.spawn(scenario, impatient) for name, (scenario, _) in SCENARIOS.items()}
    yield greenlets
    gevent.killall(list(greenlets.values()))


def worker_memory(server: GunicornServer) -> int:
    """Return the peak of the worker's resident memory in KiB."""
    status = Path(f"/proc/{server.get('/pid').text}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def test_slow_clients_do_not_hold_up_the_others(impatient: GunicornServer, running: dict[str, Any]) -> None:
    gevent.sleep(0.5)
    assert impatient.get("/ignore").text == "ignored"
    assert not running["half a large body"].ready()


@pytest.mark.parametrize("name", SCENARIOS)
def test_slow_client(running: dict[str, Any], name: str) -> None:
    assert running[name].get(timeout=20) == SCENARIOS[name][1]


def test_upload_takes_constant_memory(impatient: GunicornServer) -> None:
    before = worker_memory(impatient)
    size = 60_000_000
    client = impatient.client().send(b"POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size)
    for _ in range(60):
        client.send(b"x" * 1_000_000)
    assert client.answer().text == str(size)
    assert worker_memory(impatient) - before < 10_000


def test_upload_waits_for_an_application_that_does_not_read(impatient: GunicornServer) -> None:
    client = impatient.client().send(b"POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n")
    raw = socket.socket(fileno=os.dup(client.sock.fileno()))
    raw.setblocking(False)
    sent, block = 0, b"x" * 1_000_000
    for _ in range(50):
        try:
            sent += raw.send(block)
        except BlockingIOError:
            gevent.sleep(0.01)
    assert sent < 30_000_000
    raw.close()


def test_nothing_is_held_for_clients_that_were_given_up(impatient: GunicornServer, running: dict[str, Any]) -> None:
    gevent.joinall(list(running.values()), timeout=20)
    impatient.close_clients()
    for _ in range(100):
        held = impatient.get("/greenlets", "Connection: close").text
        if held == "1":
            break
        gevent.sleep(0.05)
    assert held == "1"


def test_worker_survived_all_this(impatient: GunicornServer) -> None:
    assert impatient.log.count("Booting worker") == 1
    assert "Traceback" not in impatient.log
