"""Clients that read slowly or not at all cost a bounded queue, and nobody else anything."""

import socket
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from hubbub.core.realtime import HubSettings
from hubbub.core.realtime.connection import DROP_FROM, SEND_QUEUE, Connection
from hubbub.core.realtime.frames import frame
from hubbub.tests.core.realtime.raw import RawClient, client_frame
from hubbub.tests.core.realtime.world import Server, World, wait_for

BIG = "x" * 60_000


class Slow:
    """A client that does not read until told to, and its connection on the server."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.session = server.world.sign_in()
        self.raw = RawClient(server, token=self.session.token, receive_buffer=4096)
        hello = self.raw.json()
        self.connection: Connection = server.hub.registry.by_id[hello["data"]["connection_id"]]
        server.settled()

    def send(self, name: str = "preferences_changed", text: str = "") -> None:
        self.server.event(name, {"text": text}, user_id=self.session.user_id)

    def fill(self) -> int:
        """Send events until the socket takes no more; return how many were sent, the waiting ones included."""
        sent = 0
        while self.connection.queue is None:
            self.send(text=BIG)
            sent += 1
            gevent.sleep(0.002)
        return sent

    def wait_queued(self, count: int) -> None:
        wait_for(lambda: self.connection.queue is not None and len(self.connection.queue) == count)


@pytest.fixture
def slow(own: Server) -> Slow:
    return Slow(own)


def test_slow_client_gets_everything_in_order_once_it_reads(slow: Slow) -> None:
    sent = slow.fill()
    for _ in range(100):
        slow.send()
        sent += 1
    assert [slow.raw.json()["seq"] for _ in range(sent)] == list(range(1, sent + 1))
    wait_for(lambda: slow.connection.queue is None)
    slow.send()
    assert slow.raw.json()["seq"] == sent + 1


def test_half_full_queue_drops_what_can_be_dropped(slow: Slow) -> None:
    slow.fill()
    waiting = len(slow.connection.queue or ())
    for _ in range(DROP_FROM - waiting):
        slow.send("typing")
    slow.wait_queued(DROP_FROM)
    for name in ("typing", "status_change", "multiple_channels_viewed"):
        slow.send(name)
    slow.send("posted")
    slow.wait_queued(DROP_FROM + 1)
    assert slow.server.hub.stats.dropped == 3


def test_full_queue_ends_the_connection_for_good(slow: Slow) -> None:
    slow.fill()
    waiting = len(slow.connection.queue or ())
    for _ in range(SEND_QUEUE - waiting):
        slow.send()
    slow.wait_queued(SEND_QUEUE)
    assert slow.connection.is_open
    slow.send()
    wait_for(lambda: not slow.connection.is_open)
    assert slow.connection.connection_id not in slow.server.hub.registry.by_id
    assert slow.server.hub.stats.overflows == 1
    assert slow.raw.close_code() is None


def test_nearly_full_queue_is_logged_once(slow: Slow, caplog: pytest.LogCaptureFixture) -> None:
    slow.fill()
    for _ in range(250 - len(slow.connection.queue or ())):
        slow.send()
    slow.wait_queued(250)
    assert sum("nearly full" in record.message for record in caplog.records) == 1


def test_slow_client_delays_nobody(slow: Slow) -> None:
    other = slow.server.user()
    slow.fill()
    slow.server.event("config_changed")
    assert other.next(timeout=1)["event"] == "config_changed"


def test_replies_and_pongs_wait_behind_events(slow: Slow) -> None:
    sent = slow.fill()
    slow.raw.send(client_frame(b'{"seq":1,"action":"ping"}') + client_frame(b"p", 9))
    wait_for(lambda: len(slow.connection.queue or ()) >= 2)
    for _ in range(sent):
        assert "event" in slow.raw.json()
    assert slow.raw.json()["seq_reply"] == 1
    assert slow.raw.frame() == (10, b"p")


def test_client_that_takes_nothing_is_dropped_in_time(make_server: Callable[..., Server], world: World) -> None:
    settings = HubSettings(write_deadline=0.3, sweep_interval=0.05)
    slow = Slow(make_server("own", world, settings=settings))
    slow.fill()
    wait_for(lambda: not slow.connection.is_open)
    assert slow.server.hub.stats.timeouts == 1


def test_cut_in_the_middle_of_a_frame_resumes_with_the_whole_frame(slow: Slow, world: World) -> None:
    sent = slow.fill()
    slow.raw.sock.close()
    wait_for(lambda: not slow.connection.is_open)
    query = f"connection_id={slow.connection.connection_id}&sequence_number=1"
    back = slow.server.connect(slow.session, query=query)
    assert [event["seq"] for event in back.events(sent)] == list(range(1, sent + 1))


class Choosy:
    """A socket that takes just as many bytes at a time as it is told; no real one fills up so exactly."""

    def __init__(self, *takes: int) -> None:
        self.takes = list(takes)
        self.taken = b""
        self.inner = socket.socket()

    def fileno(self) -> int:
        return self.inner.fileno()

    def send(self, data: bytes) -> int:
        take = self.takes.pop(0) if self.takes else len(data)
        if take == 0:
            raise BlockingIOError
        self.taken += data[:take]
        return min(take, len(data))


@pytest.mark.parametrize("takes", [(), (0, 0), (5, 0, 0, 3), (2,), (1,) * 40, (5, 5, 0, 0, 6, 0)])
def test_every_way_to_take_bytes_keeps_them_whole_and_in_order(own: Server, takes: tuple[int, ...]) -> None:
    sock: Any = Choosy(*takes)
    connection = Connection(own.hub, None)
    connection.sock = sock
    frames = [frame(b"one"), frame(b"two"), frame(b"three")]
    for one in frames:
        connection.send_raw(one)
    for _ in range(60):
        if connection.queue is not None:
            connection._flush()
    connection.detach()
    sock.inner.close()
    assert sock.taken == b"".join(frames)
