"""Jobs run once in the whole cluster, go on when a worker is gone, stop when they are told to, and are tried again."""

from typing import Any

import gevent
import pytest
from gevent.event import Event

from hubbub.core.contracts.jobs import JobType


class Work:
    """A job that notes its runs and waits at each step until it may go on."""

    def __init__(self, steps: int = 1, *, free: bool = True) -> None:
        self.steps = steps
        self.runs = 0
        self.at_work = 0
        self.most_at_once = 0
        self.done: list[int] = []
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
