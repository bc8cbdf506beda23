"""The bus between real worker processes, one of which may be killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent.fileobject import FileObject

SCRIPT = Path(__file__).with_name("worker_process.py")


class Worker:
    """One process with a bus."""

    def __init__(self, directory: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._lines = FileObject(self.process.stdout)
        self.name = self.expect("ready")["name"]

    def tell(self, command: str) -> None:
        """Give a command."""
        assert self.process.stdin is not None
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        """Return the next event."""
        with gevent.Timeout(15):
            said: dict[str, Any] = json.loads(self._lines.readline())
        return said

    def expect(self, event: str) -> dict[str, Any]:
        """Return the next event, which must be of this kind."""
        said = self.next()
        assert said["event"] == event, said
        return said

    def messages(self, count: int) -> list[str]:
        """Return the payloads of the next messages."""
        return [self.expect("message")["payload"] for _ in range(count)]

    def peers(self) -> dict[str, Any]:
        """Ask how many others it can send to."""
        self.tell("peers")
        return self.expect("peers")

    def end(self) -> None:
        """Kill it if it is still there."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    started: list[Worker] = []

    def start_one() -> Worker:
        started.append(Worker(tmp_path / "run"))
        return started[-1]

    yield start_one
    for worker in started:
        worker.end()


def wait_until(condition: Callable[[], bool]) -> None:
    with gevent.Timeout(15):
        while not condition():
            gevent.sleep(0.02)


def test_a_message_reaches_every_other_worker_and_not_its_sender(start: Callable[[], Worker]) -> None:
    first, second, third = start(), start(), start()
    second.tell("publish events hello")
    assert first.expect("message") == {"event": "message", "topic": "events", "payload": "hello"}
    assert third.messages(1) == ["hello"]
    assert second.peers() == {"event": "peers", "count": 2, "healthy": True}


def test_a_burst_arrives_whole_and_in_order(start: Callable[[], Worker]) -> None:
    sender, receiver = start(), start()
    sender.tell("burst 5000")
    assert receiver.messages(5000) == [str(number) for number in range(5000)]


def test_a_killed_worker_leaves_no_trouble(start: Callable[[], Worker], tmp_path: Path) -> None:
    first, second, third = start(), start(), start()
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait()
    for survivor in (first, third):  # what it had still to tell them is lost
        survivor.expect("reconnect")
    first.tell("publish events after")
    assert third.messages(1) == ["after"]
    wait_until(lambda: first.peers() == {"event": "peers", "count": 1, "healthy": True})
    wait_until(lambda: {file.name for file in (tmp_path / "run").iterdir()} == {first.name, third.name})


def test_a_worker_started_in_place_of_a_killed_one_gets_everything(start: Callable[[], Worker]) -> None:
    first, second = start(), start()
    second.process.kill()
    second.process.wait()
    first.expect("reconnect")
    replacement = start()
    first.tell("publish events welcome")
    assert replacement.messages(1) == ["welcome"]


def test_a_worker_that_stops_removes_its_file_and_is_not_missed(start: Callable[[], Worker], tmp_path: Path) -> None:
    first, second = start(), start()
    second.tell("stop")
    second.process.wait(10)
    assert not (tmp_path / "run" / second.name).exists()
    wait_until(lambda: first.peers() == {"event": "peers", "count": 0, "healthy": True})


def test_a_worker_that_does_not_read_is_dropped_and_told_to_resynchronise(start: Callable[[], Worker]) -> None:
    sender, sleeper = start(), start()
    sleeper.tell("block 3")
    # 32 MiB: more than is held back for one worker.
    sender.tell("flood 512")
    received = 0
    while (said := sleeper.next())["event"] == "message":
        received += 1
    assert said["event"] == "reconnect"
    assert received < 512
    sender.tell("publish events again")
    assert sleeper.messages(1) == ["again"]


def test_only_the_servers_user_can_enter_the_folder(start: Callable[[], Worker], tmp_path: Path) -> None:
    start()
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o700


def test_a_folder_with_a_very_long_path_works(tmp_path: Path) -> None:
    directory = tmp_path / ("long" * 30)
    first, second = Worker(directory), Worker(directory)
    try:
        first.tell("publish events far")
        assert second.messages(1) == ["far"]
    finally:
        first.end()
        second.end()
