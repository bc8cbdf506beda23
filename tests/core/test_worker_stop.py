"""Start, graceful stop and recycling of a worker."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest

from hubbub.tests.core.worker_kit import HUBBUB, GunicornServer, start_gunicorn

Start = Callable[..., GunicornServer]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[GunicornServer] = []

    def run(*options: str) -> GunicornServer:
        started.append(start_gunicorn(tmp_path / str(len(started)), HUBBUB, *options))
        return started[-1]

    yield run
    for server in started:
        server.stop()


def wait_for(server: GunicornServer, word: str) -> None:
    for _ in range(300):
        if word in server.trace:
            return
        gevent.sleep(0.02)
    pytest.fail(f"the application never did {word!r}: {server.trace}")


def wait_for_lines(server: GunicornServer, count: int) -> None:
    for _ in range(300):
        if len(server.trace) >= count:
            return
        gevent.sleep(0.02)
    pytest.fail(f"the application did only this: {server.trace}")


def test_application_starts_in_each_worker_and_stops_once(start: Start) -> None:
    server = start("--preload", "--workers", "2")
    pid = server.get("/pid").text
    server.close_clients()
    wait_for_lines(server, 3)
    assert server.stop() == 0
    started = [line for line in server.trace if line.startswith("start")]
    assert len(set(started)) == 2
    assert f"start {pid}" in started
    assert server.trace.count("stop") == 2


def test_request_in_flight_is_answered_and_the_connection_ends(start: Start) -> None:
    server = start("--keep-alive", "30")
    client = server.client().send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    wait_for(server, "slow began")
    server.terminate()
    answer = client.answer()
    assert (answer.text, answer.headers["connection"]) == ("slow", "close")
    assert server.stop() == 0


def test_idle_connections_end_at_once(start: Start) -> None:
    server = start("--keep-alive", "600", "--graceful-timeout", "600")
    used, silent = server.client(), server.client()
    assert used.get("/ignore").status == 200
    server.terminate()
    assert used.ended
    assert silent.ended
    assert server.stop() == 0


def test_request_that_arrives_with_the_signal_is_served(start: Start) -> None:
    server = start("--keep-alive", "600", "--graceful-timeout", "600")
    client = server.client().send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    wait_for(server, "slow began")
    late = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
    other = server.client().send(late)
    server.terminate()
    other.send(b"late")
    assert [client.answer().text, other.answer().text] == ["slow", "late"]


def test_application_is_stopped_before_the_requests_in_flight_are_waited_for(start: Start) -> None:
    server = start()
    socket = server.client().send(
        b"GET /detach HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    )
    assert socket.answer().status == 101
    client = server.client().send(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    wait_for(server, "slow began")
    server.terminate()
    assert socket.take(3) == b"bye"
    assert client.buffer == b""
    client.sock.setblocking(False)
    with pytest.raises(BlockingIOError):
        client.sock.recv(1)
    client.sock.settimeout(15)
    assert client.answer().text == "slow"


def test_graceful_timeout_ends_what_never_finishes(start: Start) -> None:
    server = start("--graceful-timeout", "1", "--timeout", "60")
    client = server.client(receive_buffer=4096).send(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
    wait_for(server, "GET /big")
    assert server.get("/ignore").status == 200
    server.terminate()
    assert server.process.wait(15) == 0
    assert not client.answer().complete


def test_worker_is_replaced_after_max_requests(start: Start) -> None:
    server = start("--max-requests", "3")
    client = server.client()
    answers = [client.get("/pid") for _ in range(3)]
    assert ["connection" in answer.headers for answer in answers] == [False, False, True]
    assert client.ended
    # A connection that the old worker had accepted already is still answered by it; none is dropped.
    pids = {server.get("/pid").text for _ in range(10)}
    assert pids - {answers[0].text}


def test_access_log_of_gunicorn_is_written_if_asked_for(start: Start) -> None:
    server = start("--access-logfile", "-", "--access-logformat", "ACCESS %(m)s %(U)s %(s)s %(B)s %({x-a}i)s")
    server.get("/ignore", "X-A: here")
    server.get("/boom")
    server.get("/ignore", "X-A: odd", "X_Odd: 1")
    server.stop()
    lines = [line for line in server.log.splitlines() if line.startswith("ACCESS")]
    assert lines == ["ACCESS GET /ignore 200 7 here", "ACCESS GET /boom 500 0 -", "ACCESS GET /ignore 200 7 odd"]


def test_no_keep_alive(start: Start) -> None:
    client = start("--keep-alive", "0").client()
    assert client.get("/ignore").headers["connection"] == "close"
    assert client.ended


def test_proxy_protocol(start: Start) -> None:
    server = start("--proxy-protocol", "v1", "--proxy-allow-from", "127.0.0.1")
    client = server.client().send(b"PROXY TCP4 192.0.2.7 192.0.2.8 1234 80\r\n")
    assert '"REMOTE_ADDR": "192.0.2.7"' in client.get("/show_environ").text
    assert '"REMOTE_ADDR": "192.0.2.7"' in client.get("/show_environ").text
    early = client.send(b"GET /detach HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nearly")
    assert early.answer().status == 101
    assert early.take(5) == b"early"
