"""Jobs run once in the whole cluster, go on when a worker is gone, stop when they are told to, and are tried again."""

import json
from typing import Any

import gevent
import pytest
from gevent.event import Event

from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.jobs import JobType, UnknownJobType
from hubbub.plugins.jobs.types import JobTypeClash
from hubbub.tests.plugins.jobs.conftest import Offer


class Work:
    """A job that notes its runs and waits at each step until it may go on."""

    def __init__(self, steps: int = 1, *, free: bool = True) -> None:
        self.steps = steps
        self.runs = 0
        self.at_work = 0
        self.most_at_once = 0
        self.done: list[int] = []
        self.pause_after = 0
        self.go = Event()
        if free:
            self.go.set()

    def __call__(self, data: dict[str, Any], progress: Any) -> None:
        self.runs += 1
        self.at_work += 1
        self.most_at_once = max(self.most_at_once, self.at_work)
        try:
            for step in range(int(data.get("step", 0)), self.steps):
                self.go.wait()
                gevent.sleep(0)
                self.done.append(step)
                if len(self.done) == self.pause_after:
                    self.go.clear()
                data["step"] = step + 1
                if not progress((step + 1) * 100 // self.steps):
                    return
        finally:
            self.at_work -= 1


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_several_workers_run_a_job_once(make_worker: Any) -> None:
    work = Work(steps=3)
    workers = [make_worker(JobType(name="work", run=work)) for _ in range(3)]
    job = workers[0].jobs.create("work")
    gevent.joinall([gevent.spawn(worker.runner.look) for worker in workers for _ in range(2)], raise_error=True)
    done = workers[1].until(job.id, "success")
    assert (work.runs, work.done) == (1, [0, 1, 2])
    assert (done.progress, done.data) == (100, {"step": "3"})
    assert done.start_at >= done.create_at


def pass_lease(worker: Any) -> None:
    """Let a lease's time pass for a worker that watches the others' jobs."""
    worker.runner.watch._clock = lambda: 1e9


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_jobs_of_one_kind_run_one_after_another(make_worker: Any) -> None:
    work = Work()
    workers = [make_worker(JobType(name="work", run=work)) for _ in range(2)]
    jobs = [workers[0].jobs.create("work", {"number": number}) for number in range(3)]

    def look() -> bool:
        gevent.joinall([gevent.spawn(worker.runner.look) for worker in workers], raise_error=True)
        return all(workers[0].status(job.id) == "success" for job in jobs)

    workers[0].wait(look)
    assert (work.runs, work.most_at_once) == (3, 1)


@pytest.mark.engines("sqlite")
def test_a_worker_runs_no_more_at_once_than_it_is_told(make_worker: Any) -> None:
    work = Work(free=False)
    worker = make_worker(JobType(name="work", run=work, concurrent=True))
    jobs = [worker.jobs.create("work", {"number": number}) for number in range(4)]
    worker.wait(lambda: work.at_work == 2)
    worker.runner.look()
    assert sorted(worker.status(job.id) for job in jobs) == ["in_progress", "in_progress", "pending", "pending"]
    work.go.set()
    for job in jobs:
        worker.until(job.id, "success")
    assert (work.runs, work.most_at_once) == (4, 2)


@pytest.mark.engines("sqlite", "postgres", "mysql")
def test_another_worker_goes_on_where_one_that_is_gone_had_come_to(make_worker: Any) -> None:
    first, second = Work(steps=3, free=False), Work(steps=3)
    gone, other = make_worker(JobType(name="work", run=first)), make_worker(JobType(name="work", run=second))
    job = gone.jobs.create("work")
    gone.wait(lambda: first.at_work)
    first.pause_after = 1  # as if the worker were killed then: it does nothing any more, not even renew its lease
    first.go.set()
    gone.wait(lambda: "step" in gone.jobs.get(job.id).data)
    other.runner.look()
    assert second.runs == 0, "the lease has not run out"
    pass_lease(other)
    other.runner.look()
    done = other.until(job.id, "success")
    assert (done.data["step"], done.data["taken_over"]) == ("3", "1")
    assert second.done == [1, 2]
    first.go.set()  # it was not dead but asleep: it notices, and changes nothing
    gone.wait(lambda: not gone.runner.runs)
    assert first.done == [0, 1]
    assert other.jobs.get(job.id) == done


@pytest.mark.engines("sqlite")
def test_a_worker_that_lives_keeps_its_job(make_worker: Any) -> None:
    first, second = Work(free=False), Work()
    worker, other = make_worker(JobType(name="work", run=first)), make_worker(JobType(name="work", run=second))
    job = worker.jobs.create("work")
    worker.wait(lambda: first.at_work)
    other.runner.look()
    worker.runner.renew()
    pass_lease(other)
    other.runner.look()
    assert second.runs == 0
    first.go.set()
    worker.until(job.id, "success")


@pytest.mark.engines("sqlite")
def test_a_job_that_ends_every_worker_is_given_up(make_worker: Any) -> None:
    work = Work(free=False)
    gone, other = make_worker(JobType(name="work", run=work)), make_worker(JobType(name="work", run=Work()))
    job = gone.jobs.create("work", {"taken_over": "3"})
    gone.wait(lambda: work.at_work)
    other.runner.look()
    pass_lease(other)
    other.runner.look()
    failed = other.jobs.get(job.id)
    assert failed.status == "error"
    assert "ended 4 times" in failed.data["error"]
    work.go.set()


@pytest.mark.engines("sqlite")
def test_a_worker_that_stops_leaves_its_jobs_to_the_others(make_worker: Any) -> None:
    first, second = Work(steps=3, free=False), Work(steps=3)
    worker, other = make_worker(JobType(name="work", run=first)), make_worker(JobType(name="work", run=second))
    job = worker.jobs.create("work")
    worker.wait(lambda: first.at_work)
    stopping = gevent.spawn(worker.runner.stop)
    worker.wait(lambda: worker.runner.runs[job.id].stopping)
    first.go.set()
    stopping.get()
    assert worker.status(job.id) == "pending"
    other.runner.look()
    assert other.until(job.id, "success").data == {"step": "3"}
    assert first.done + second.done == [0, 1, 2]


@pytest.mark.engines("sqlite")
def test_a_job_that_never_looks_up_is_stopped_too(make_worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubbub.plugins.jobs.runner.STOP_S", 0.0)
    work = Work(free=False)
    worker = make_worker(JobType(name="work", run=work))
    job = worker.jobs.create("work")
    worker.wait(lambda: work.at_work)
    worker.runner.stop()
    assert (worker.status(job.id), work.at_work) == ("pending", 0)


@pytest.mark.engines("sqlite", "postgres")
def test_a_job_is_cancelled_between_two_steps(make_worker: Any) -> None:
    work = Work(steps=3, free=False)
    worker, other = make_worker(JobType(name="work", run=work)), make_worker(JobType(name="work", run=work))
    job = worker.jobs.create("work")
    worker.wait(lambda: work.at_work)
    assert other.jobs.cancel(job.id).status == "cancel_requested"
    worker.runner.renew()  # there is no bus between these two: it learns of it when it renews its lease
    work.go.set()
    assert worker.until(job.id, "canceled").data == {"step": "1"}
    assert work.done == [0]
    with pytest.raises(BadRequest, match="ended already"):
        worker.jobs.cancel(job.id)


@pytest.mark.engines("sqlite")
def test_a_job_that_waits_is_cancelled_at_once_and_never_run(make_worker: Any) -> None:
    work = Work()
    worker = make_worker(JobType(name="work", run=work))
    worker.runner.stop()
    job = worker.jobs.create("work")
    assert worker.jobs.cancel(job.id).status == "canceled"
    worker.runner.start()
    worker.runner.look()
    assert (worker.status(job.id), work.runs) == ("canceled", 0)


@pytest.mark.engines("sqlite")
def test_one_whose_worker_is_gone_is_cancelled_by_another(make_worker: Any) -> None:
    work = Work(free=False)
    gone, other = make_worker(JobType(name="work", run=work)), make_worker(JobType(name="work", run=work))
    job = gone.jobs.create("work")
    gone.wait(lambda: work.at_work)
    other.jobs.cancel(job.id)
    other.runner.look()
    pass_lease(other)
    other.runner.look()
    assert other.status(job.id) == "canceled"
    work.go.set()


@pytest.mark.engines("sqlite", "postgres")
def test_a_failed_run_is_tried_again_after_a_pause_and_says_why(make_worker: Any) -> None:
    tries: list[int] = []

    def run(data: dict[str, Any], _progress: Any) -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise NotFound("The moon is away.")

    worker = make_worker(JobType(name="work", run=run, retries=2))
    job = worker.jobs.create("work")
    worker.wait(lambda: tries and not worker.runner.runs)
    waits = worker.jobs.get(job.id)
    assert (waits.status, waits.data["error"], waits.data["failed_runs"]) == ("pending", "The moon is away.", "1")
    assert 9_000 < int(waits.data["not_before"]) - waits.last_activity_at <= 10_000
    worker.runner.look()
    assert len(tries) == 1, "it pauses"
    for _ in range(2):
        worker.db.execute("UPDATE {jobs} SET data = ? WHERE id = ?", (retry_now(worker.jobs.get(job.id)), job.id))
        worker.runner.look()
        worker.wait(lambda: not worker.runner.runs)
    done = worker.jobs.get(job.id)
    assert (done.status, len(tries), "error" in done.data) == ("success", 3, False)


def retry_now(job: Any) -> str:
    """Return a job's data with its pause over."""
    return json.dumps({**job.data, "not_before": "0"})


@pytest.mark.engines("sqlite")
def test_the_last_failure_fails_the_job(make_worker: Any, caplog: pytest.LogCaptureFixture) -> None:
    def run(_data: dict[str, Any], _progress: Any) -> None:
        raise KeyError("moon")

    worker = make_worker(JobType(name="work", run=run))
    failed = worker.until(worker.jobs.create("work").id, "error")
    assert failed.data["error"] == "KeyError: 'moon'"
    assert "Traceback" in caplog.text


@pytest.mark.engines("sqlite")
def test_what_waits_already_is_not_queued_again(make_worker: Any) -> None:
    worker = make_worker(JobType(name="work", run=Work()))
    worker.runner.stop()
    one, same, other = (worker.jobs.create("work", data) for data in ({"to": 1}, {"to": "1"}, {"to": True}))
    assert one.id == same.id != other.id
    assert (one.data, other.data) == ({"to": "1"}, {"to": "true"})
    with pytest.raises(UnknownJobType, match="named play"):
        worker.jobs.create("play")


@pytest.mark.engines("sqlite")
def test_a_host_that_shall_run_no_jobs_runs_none(make_worker: Any) -> None:
    work = Work()
    idle = make_worker(JobType(name="work", run=work), JobSettings={"RunJobs": False})
    job = idle.jobs.create("work")
    idle.runner.look()
    assert (idle.status(job.id), work.runs) == ("pending", 0)


@pytest.mark.engines("sqlite")
def test_two_plugins_with_jobs_of_one_name_are_an_error_that_names_both(make_worker: Any) -> None:
    worker = make_worker(JobType(name="work", run=Work()))
    worker.app.hooks.register(Offer([JobType(name="work", run=Work())]), "copycat")
    with pytest.raises(JobTypeClash, match="copycat"):
        worker.jobs.create("work")
