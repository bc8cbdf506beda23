"""Servers that run jobs of a plugin of the test's own; tests say when each worker looks for work."""

from collections.abc import Callable, Iterable
from typing import Any

import gevent
import pytest

from hubbub.core.contracts.jobs import JobType
from hubbub.core.db import Database
from hubbub.hookspecs import hookimpl

CORE = ("roles", "users", "auth_password", "sessions", "jobs")


class Offer:
    """Stands for a plugin that offers kinds of jobs."""

    def __init__(self, types: Iterable[JobType]) -> None:
        self.types = list(types)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        return self.types


class Worker:
    """One worker process of a cluster, as far as jobs go."""

    def __init__(self, server: Any, types: Iterable[JobType]) -> None:
        self.server = server
        self.app = server.app
        self.db: Database = server.app.db
        self.plugin = server.plugin("jobs")
        self.jobs = self.plugin.jobs
        self.runner = self.plugin.runner
        self.app.tasks.cancel_owned_by("jobs")
        self.app.hooks.register(Offer(types), f"offer{id(self)}")

    def wait(self, done: Callable[[], Any]) -> None:
        """Wait until something is so."""
        with gevent.Timeout(20):
            while not done():
                gevent.sleep(0.005)

    def status(self, job_id: str) -> str:
        """Return a job's status."""
        status: str = self.jobs.get(job_id).status
        return status

    def until(self, job_id: str, status: str) -> Any:
        """Wait until a job has a status; return the job."""
        self.wait(lambda: self.status(job_id) == status)
        return self.jobs.get(job_id)


@pytest.fixture
def make_worker(make_server: Any, database: Any) -> Any:
    """Return `make(*types, **sections)`: a worker on the test's database, on each engine in turn."""

    def make(*types: JobType, **sections: Any) -> Worker:
        return Worker(make_server(database, CORE, **sections), types)

    return make
