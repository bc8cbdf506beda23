"""Background work: limited, counted, failures logged by whose they are, finished at the stop."""

import logging
import threading
import time

import gevent
import pytest
from gevent import monkey
from gevent.event import Event

from hubbub.core import tasks as tasks_module
from hubbub.core.contracts.errors import Unavailable
from hubbub.core.metrics import Metrics
from hubbub.core.tasks import QueueFull, Tasks


def counted(metrics: Metrics, name: str) -> dict[tuple[str, ...], float]:
    return {s.labels: s.value for family in metrics.snapshot() if family.name == name for s in family.samples}


def test_submitted_calls_run_in_order() -> None:
    tasks = Tasks(greenlets=1)
    seen: list[int] = []
    for number in range(5):
        tasks.submit(seen.append, number)
    assert tasks.drain(5)
    assert seen == [0, 1, 2, 3, 4]


def test_a_failing_call_is_logged_by_its_owner_and_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    metrics = Metrics()
    tasks = Tasks(metrics).owned_by("webhooks")
    seen: list[str] = []

    def fail() -> None:
        raise ValueError("no such address")

    tasks.submit(fail)
    tasks.submit(seen.append, "next")
    gevent.sleep(0.01)
    assert seen == ["next"]
    assert counted(metrics, "hubbub_tasks_failed_total") == {("webhooks",): 1}
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "webhooks" in record.getMessage()
    assert "no such address" in str(record.exc_info)


def test_a_call_that_can_not_be_made_right_now_is_logged_without_a_stack(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise Unavailable("Not now.", detailed_error="the database is down")

    tasks = Tasks()
    tasks.submit(fail, owner="jobs")
    gevent.sleep(0.01)
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "jobs" in record.getMessage()
    assert "the database is down" in record.getMessage()
    assert record.exc_info is None


def test_when_the_queue_is_full_droppable_calls_are_given_up_and_others_wait() -> None:
    metrics = Metrics()
    tasks = Tasks(metrics, queue_size=2, greenlets=1)
    release = Event()
    seen: list[str] = []
    tasks.submit(release.wait)
    gevent.sleep(0)  # it is running now; two places in the queue are free
    tasks.submit(seen.append, "first")
    tasks.submit(seen.append, "second")
    assert tasks.submit(seen.append, "dropped", droppable=True, owner="typing") is False
    waiting = gevent.spawn(tasks.submit, seen.append, "waited")
    gevent.sleep(0.01)
    assert not waiting.ready()
    release.set()
    assert waiting.get(timeout=5) is True
    assert tasks.drain(5)
    assert seen == ["first", "second", "waited"]
    assert counted(metrics, "hubbub_tasks_dropped_total") == {("typing",): 1}


def test_periodic_calls_begin_with_the_app_and_survive_a_failure() -> None:
    tasks = Tasks()
    calls: list[int] = []
    enough = Event()

    def tick() -> None:
        calls.append(1)
        if len(calls) == 3:
            enough.set()
        raise RuntimeError("every time")

    tasks.every(0.005, tick, "tick", owner="statuses")
    gevent.sleep(0.02)
    assert calls == []
    tasks.start()
    assert enough.wait(5)
    tasks.stop()
    count = len(calls)
    gevent.sleep(0.03)
    assert len(calls) == count


def test_a_plugin_that_is_turned_off_takes_its_periodic_calls_along() -> None:
    tasks = Tasks()
    tasks.start()
    calls: list[str] = []
    kept, gone = tasks.owned_by("kept"), tasks.owned_by("gone")
    kept.every(0.005, lambda: calls.append("kept"), "tick")
    gone.every(0.005, lambda: calls.append("gone"), "tick")
    gevent.sleep(0.03)
    gone.cancel_all()
    calls.clear()
    gevent.sleep(0.03)
    tasks.stop()
    assert set(calls) == {"kept"}


def test_threads_compute_while_greenlets_go_on() -> None:
    tasks = Tasks()
    really_sleep = monkey.get_original("time", "sleep")
    loop_thread = monkey.get_original("_thread", "get_ident")()
    turned = 0

    def compute(number: int) -> tuple[int, int]:
        really_sleep(0.1)
        return number * 2, monkey.get_original("_thread", "get_ident")()

    greenlet = gevent.spawn(tasks.run_in_thread, compute, 21)
    while not greenlet.ready():
        gevent.sleep(0.001)
        turned += 1
    result, thread = greenlet.get()
    assert result == 42
    assert thread != loop_thread
    assert turned > 5
    tasks.stop()


def test_what_a_thread_raises_reaches_the_caller() -> None:
    tasks = Tasks()
    with pytest.raises(ValueError, match="invalid literal"):
        tasks.run_in_thread(int, "x")
    tasks.stop()


def test_too_many_calls_in_line_for_threads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks_module, "THREAD_QUEUE_SIZE", 2)
    tasks = Tasks()
    really_sleep = monkey.get_original("time", "sleep")
    busy = [gevent.spawn(tasks.run_in_thread, really_sleep, 0.05) for _ in range(2)]
    gevent.sleep(0)
    with pytest.raises(QueueFull):
        tasks.run_in_thread(really_sleep, 0)
    gevent.joinall(busy, raise_error=True)
    tasks.run_in_thread(really_sleep, 0)
    tasks.stop()


def test_stopping_finishes_what_is_queued() -> None:
    tasks = Tasks(greenlets=2)
    seen: list[int] = []

    def slow(number: int) -> None:
        gevent.sleep(0.01)
        seen.append(number)

    for number in range(6):
        tasks.submit(slow, number)
    tasks.stop(timeout=5)
    assert sorted(seen) == [0, 1, 2, 3, 4, 5]


def test_stopping_gives_up_what_takes_too_long(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks(greenlets=1)
    seen: list[str] = []
    tasks.submit(gevent.sleep, 0.3)
    tasks.submit(seen.append, "never")
    began = time.monotonic()
    tasks.stop(timeout=0.05)
    assert time.monotonic() - began < 0.25
    gevent.sleep(0.35)
    assert seen == []
    assert "unfinished" in caplog.text


def test_nothing_is_started_before_it_is_used() -> None:
    before = threading.active_count()
    Tasks().every(1, lambda: None, "idle")
    assert threading.active_count() == before
