"""The bus between two apps in one process, and what may go wrong around it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gevent
import pytest
from gevent import socket

from hubbub.core.bus import BusPort
from hubbub.core.contracts.realtime import EventBus
from hubbub.core.loader import built_in
from hubbub.core.metrics import Metrics
from hubbub.plugins.cluster_local.bus import LocalBus

Join = Callable[[], "Member"]


class Member:
    """One app's bus, and what it heard."""

    def __init__(self, directory: Path) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.missed = 0
        self.bus = LocalBus(directory, max_held_back=1_000_000)
        self.bus.start(lambda topic, payload: self.heard.append((topic, payload)), self._note)

    def _note(self) -> None:
        self.missed += 1


@pytest.fixture
def join(tmp_path: Path) -> Iterator[Join]:
    members: list[Member] = []

    def join_one() -> Member:
        members.append(Member(tmp_path / "run"))
        return members[-1]

    yield join_one
    for member in members:
        member.bus.stop()


def until(condition: Callable[[], bool]) -> None:
    with gevent.Timeout(15):
        while not condition():
            gevent.sleep(0.01)


def test_who_has_started_is_connected_both_ways(join: Join) -> None:
    first, second = join(), join()
    assert first.bus.healthy
    assert second.bus.healthy
    first.bus.publish("events", b"to second")
    second.bus.publish("events", b"to first")
    until(lambda: bool(first.heard and second.heard))
    assert (first.heard, second.heard) == ([("events", b"to first")], [("events", b"to second")])


def test_what_was_published_before_a_worker_came_is_not_for_it(join: Join) -> None:
    first, second = join(), join()
    first.bus.publish("events", b"early")
    third = join()
    first.bus.publish("events", b"late")
    until(lambda: len(third.heard) == 1 and len(second.heard) == 2)
    assert third.heard == [("events", b"late")]
    assert third.missed == 0


def test_a_cleaned_run_directory_is_made_again_without_doubles(join: Join, tmp_path: Path) -> None:
    first, second = join(), join()
    for file in (tmp_path / "run").iterdir():
        file.unlink()
    until(lambda: {file.name for file in (tmp_path / "run").iterdir()} == {first.bus.name, second.bus.name})
    third = join()
    first.bus.publish("events", b"once")
    until(lambda: bool(second.heard and third.heard))
    gevent.sleep(0.05)
    assert second.heard == [("events", b"once")]
    assert third.heard == [("events", b"once")]


def test_the_file_of_a_dead_worker_is_removed(join: Join, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    dead = tmp_path / "run" / "999999-deadbeef.bus"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(dead))
    member = join()
    until(lambda: member.bus.healthy)
    assert not dead.exists()


def test_a_connection_that_talks_rubbish_is_cut(join: Join, tmp_path: Path) -> None:
    member = join()
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(tmp_path / "run" / member.bus.name))
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        stranger.settimeout(10)
        assert stranger.recv(10) == b""
    assert member.heard == []
    assert member.bus.healthy


def test_a_handler_that_fails_does_not_end_the_connection(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def handle(_topic: str, payload: bytes) -> None:
        if payload == b"bad":
            raise ValueError("bad")
        heard.append(payload)

    receiver = LocalBus(tmp_path)
    receiver.start(handle, lambda: None)
    sender = Member(tmp_path)
    for payload in (b"bad", b"good"):
        sender.bus.publish("events", payload)
    until(lambda: heard == [b"good"])
    receiver.stop()
    sender.bus.stop()


def test_what_is_published_last_arrives_before_the_end(join: Join) -> None:
    first, second = join(), join()
    first.bus.publish("events", b"last words")
    first.bus.stop()
    until(lambda: second.heard == [("events", b"last words")])
    assert second.missed == 0


def test_it_is_the_event_bus_of_a_new_server(tmp_path: Path) -> None:
    (plugin,) = [found for found in built_in() if found.id == "cluster_local"]
    assert plugin.manifest.provides == (EventBus,)
    bus = BusPort(Metrics(), LocalBus(tmp_path))
    heard: list[bytes] = []
    bus.subscribe("events", heard.append)
    bus.start()
    other = Member(tmp_path)
    other.bus.publish("events", b"hello")
    until(lambda: heard == [b"hello"])
    assert bus.has_peers
    other.bus.stop()
    until(lambda: not bus.has_peers)
    bus.stop()
