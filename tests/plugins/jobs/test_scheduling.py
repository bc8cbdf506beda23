"""Regular work is begun once in the whole cluster, when it is due, across restarts."""

from datetime import datetime
from typing import Any

import gevent
import pytest

from hubbub.core.clock import now_ms
from hubbub.core.contracts.jobs import JobType
from hubbub.plugins.jobs.scheduler import next_time

HOUR_S = 3_600


def nothing(_data: dict[str, Any], _progress: Any) -> None:
    """Do the work of these tests."""


def kind(**fields: Any) -> JobType:
    """Return a kind of job that is due every hour."""
    return JobType(**{"name": "hourly", "run": nothing, "every_s": HOUR_S, **fields})


def due(worker: Any) -> int:
    """Return when the job is due."""
    return int(worker.plugin.store.due().get("hourly", 0))


def make_due(worker: Any) -> None:
    """Let the time come."""
    worker.db.execute("UPDATE {hb_jobschedules} SET nextat = ? WHERE type = ?", (now_ms() - 1, "hourly"))


def queued(worker: Any) -> int:
    """Return how often it was begun."""
    return len(worker.jobs.page(["hourly"], "", 0, 100))


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_it_is_queued_once_in_the_whole_cluster(make_worker: Any) -> None:
    workers = [make_worker(kind()) for _ in range(3)]
    for worker in workers:
        worker.plugin.scheduler.look()
    assert queued(workers[0]) == 0, "not before its time has come"
    for rounds in (1, 2):
        make_due(workers[0])
        looks = [gevent.spawn(worker.plugin.scheduler.look) for worker in workers for _ in range(2)]
        gevent.joinall(looks, raise_error=True)
        workers[0].wait(lambda: not any(worker.runner.runs for worker in workers))
        for worker in workers:
            worker.app.tasks.drain(10)
        assert queued(workers[0]) == rounds
    assert abs(due(workers[0]) - now_ms() - HOUR_S * 1000) < 60_000


@pytest.mark.engines("sqlite")
def test_a_restart_changes_nothing_and_what_was_missed_is_made_up_for_once(make_worker: Any) -> None:
    worker = make_worker(kind())
    worker.plugin.scheduler.look()
    before = due(worker)
    worker.server.stop()
    again = make_worker(kind())
    again.plugin.scheduler.look()
    assert due(again) == before
    again.db.execute("UPDATE {hb_jobschedules} SET nextat = ?", (now_ms() - 10 * HOUR_S * 1000,))
    again.plugin.scheduler.look()
    again.plugin.scheduler.look()
    again.app.tasks.drain(10)
    assert queued(again) == 1


@pytest.mark.engines("sqlite")
def test_what_is_off_is_not_begun_and_begins_anew_when_it_is_on_again(make_worker: Any) -> None:
    on = [True]
    worker = make_worker(kind(enabled=lambda _config: on[0]))
    worker.plugin.scheduler.look()
    on[0] = False
    make_due(worker)
    worker.plugin.scheduler.look()
    assert (queued(worker), due(worker)) == (0, 0)
    on[0] = True
    worker.plugin.scheduler.look()
    assert queued(worker) == 0
    assert due(worker) > now_ms()


@pytest.mark.engines("sqlite")
def test_a_host_that_starts_no_regular_work_starts_none(make_worker: Any) -> None:
    worker = make_worker(kind(), JobSettings={"RunScheduler": False})
    worker.plugin.scheduler.look()
    assert due(worker) == 0


@pytest.mark.engines("sqlite")
def test_a_shorter_period_counts_at_once(make_worker: Any) -> None:
    worker = make_worker(kind(every_s=24 * HOUR_S))
    worker.plugin.scheduler.look()
    other = make_worker(kind())
    other.plugin.scheduler.look()
    assert due(other) - now_ms() <= HOUR_S * 1000


def test_daily_work_is_due_at_its_hour() -> None:
    daily = JobType(name="daily", run=nothing, daily_at=lambda _config: "02:30")
    for now, wanted in (("2026-03-02 01:00", "2026-03-02 02:30"), ("2026-03-02 02:30", "2026-03-03 02:30")):
        at = next_time(daily, None, int(datetime.fromisoformat(now).timestamp() * 1000))
        assert datetime.fromtimestamp(at / 1000) == datetime.fromisoformat(wanted)
