"""Taking a socket over from the worker, as WebSockets do."""

import gevent
import pytest

from hubbub.tests.core.worker_kit import GunicornServer, RawClient, hubbub, servers

__all__ = ["hubbub", "servers"]

HANDSHAKE = b"GET /detach HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
WAYS = {"fast": b"\r\n", "through gunicorn's parser": b"X_Odd: 1\r\n\r\n"}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def handshake(request: pytest.FixtureRequest) -> bytes:
    return HANDSHAKE + bytes(request.param)


def detached(server: GunicornServer, data: bytes) -> RawClient:
    client = server.client().send(data)
    assert client.answer().status == 101
    return client


def test_socket_is_the_applications_and_its_answer_is_ignored(hubbub: GunicornServer, handshake: bytes) -> None:
    client = detached(hubbub, handshake)
    assert client.send(b"hello").take(5) == b"hello"
    assert client.send(b"GET / HTTP/1.1\r\n\r\n").take(18) == b"GET / HTTP/1.1\r\n\r\n"


def test_bytes_that_came_with_the_handshake_are_handed_over(hubbub: GunicornServer, handshake: bytes) -> None:
    client = detached(hubbub, handshake + b"early\x00\xff")
    assert client.take(7) == b"early\x00\xff"
    assert client.send(b"late").take(4) == b"late"


def test_detaching_after_other_requests_of_the_connection(hubbub: GunicornServer, handshake: bytes) -> None:
    client = hubbub.client()
    assert client.get("/ignore").text == "ignored"
    assert client.get("/ignore", "X_Odd: 1").text == "ignored"
    assert client.send(handshake + b"early").answer().status == 101
    assert client.take(5) == b"early"


def test_no_greenlet_stays_with_detached_sockets(hubbub: GunicornServer, handshake: bytes) -> None:
    clients = [detached(hubbub, handshake) for _ in range(20)]
    counts = []
    for _ in range(100):
        counts.append(hubbub.get("/greenlets", "Connection: close").text)
        if counts[-1] == "1":
            break
        gevent.sleep(0.05)
    assert counts[-1] == "1"
    assert all(client.send(b"x").take(1) == b"x" for client in clients)


def test_failure_after_detaching_leaves_the_socket_alone(hubbub: GunicornServer, handshake: bytes) -> None:
    client = detached(hubbub, handshake.replace(b"/detach", b"/detach_boom"))
    assert client.send(b"hello").take(5) == b"hello"
    assert "boom after detaching" in hubbub.log


def test_descriptors_are_not_leaked(hubbub: GunicornServer, handshake: bytes) -> None:
    def descriptors() -> int:
        return int(hubbub.get("/descriptors", "Connection: close").text)

    hubbub.close_clients()
    for _ in range(100):
        before = descriptors()
        if before == descriptors():
            break
    for _ in range(30):
        detached(hubbub, handshake).close()
        hubbub.client().send(b"GET /ignore HTTP/1.1\r\nHost: x\r\n\r\nGET").close()
    hubbub.close_clients()
    for _ in range(100):
        after = descriptors()
        if after <= before:
            break
        gevent.sleep(0.05)
    assert after <= before
