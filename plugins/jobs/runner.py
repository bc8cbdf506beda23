"""The worker's side: takes jobs that wait, goes on with those whose workers are gone, runs a few at a time."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Final

import gevent

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.jobs import (
    CANCEL_REQUESTED,
    CANCELED,
    ERROR,
    IN_PROGRESS,
    PENDING,
    SUCCESS,
    Job,
    JobType,
)
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.jobs.data import ERROR_KEY, MAX_ERROR, NOT_BEFORE, TAKEN_OVER, TRIES, number, pause_ms
from hubbub.plugins.jobs.leases import Watch
from hubbub.plugins.jobs.run import Run
from hubbub.plugins.jobs.store import JobStore
from hubbub.plugins.jobs.types import JobTypes

MAX_TAKEN_OVER: Final = 3
"""How often a job goes on after its worker was gone; then it is the job that ends workers."""
STOP_S: Final = 3.0
"""How long a worker that stops waits for its jobs to come to a place where they can stop (seconds)."""


class Runner:
    """Runs jobs in this worker, at most `settings.Parallel` at a time."""

    def __init__(self, context: PluginContext, store: JobStore, types: JobTypes) -> None:
        self._context = context
        self._db = context.db
        self._log = context.log
        self._store = store
        self._types = types
        self.watch = Watch()
        self.runs: dict[str, Run] = {}
        self._stopped = False
        self._looking = False

    def start(self) -> None:
        """Take jobs from now on."""
        self._stopped = False

    def look(self) -> None:
        """Begin what waits, as far as there is room."""
        if self._stopped or self._looking or not self._context.config.JobSettings.RunJobs:
            return
        self._looking = True
        try:
            self._look()
        finally:
            self._looking = False

    def _look(self) -> None:
        jobs = self._store.open()
        running = [job for job in jobs if job.status != PENDING and job.id not in self.runs]
        for job in self.watch.abandoned(running):
            self._take_over(job)
        now = now_ms()
        for job in jobs:
            if self._room and job.status == PENDING and number(job.data, NOT_BEFORE) <= now:
                job_type = self._types.current.get(job.type)
                if job_type is not None and job.id not in self.runs:
                    self._claim(job, job_type)

    @property
    def _room(self) -> bool:
        return not self._stopped and len(self.runs) < self._context.settings.Parallel

    def _claim(self, job: Job, job_type: JobType) -> None:
        data = {name: value for name, value in (job.data or {}).items() if name != NOT_BEFORE}
        now = max(now_ms(), job.last_activity_at + 1)
        self._store.know([job.type])
        with self._db.transaction():
            self._store.lock(job.type, now)
            if not job_type.concurrent and self._store.runs(job.type):
                return
            if not self._store.claim(job, now, data):
                return
        job.status, job.start_at, job.last_activity_at, job.data = IN_PROGRESS, now, now, data
        self._begin(job, job_type)

    def _take_over(self, job: Job) -> None:
        job_type = self._types.current.get(job.type)
        if job.status == CANCEL_REQUESTED:
            self._store.change_status(job, CANCELED, now_ms())
            return
        if job_type is None or not self._room:
            return
        data, now = dict(job.data or {}), max(now_ms(), job.last_activity_at + 1)
        data[TAKEN_OVER] = str(number(data, TAKEN_OVER) + 1)
        if number(data, TAKEN_OVER) > MAX_TAKEN_OVER + job_type.retries:
            data[ERROR_KEY] = f"The server ended {data[TAKEN_OVER]} times while this job ran: it isn't tried again."
            self._store.change_status(job, ERROR, now, data)
        elif self._store.take_over(job, now, data):
            self._log.warning("the worker of job %s (%s) is gone: it goes on here", job.id, job.type)
            job.last_activity_at, job.data = now, data
            self._begin(job, job_type)

    def _begin(self, job: Job, job_type: JobType) -> None:
        run = self.runs[job.id] = Run(self._store, job)
        self._context.tasks.submit(self._run, run, job_type)

    def _run(self, run: Run, job_type: JobType) -> None:
        run.greenlet = gevent.getcurrent()
        try:
            self._finish(run, job_type, self._failure(run, job_type))
        except gevent.GreenletExit:
            run.end(PENDING)  # the server stops: another worker goes on
        finally:
            self.runs.pop(run.job.id, None)
        if not self._stopped:
            self.look()

    def _failure(self, run: Run, job_type: JobType) -> str:
        """Do the work; return what went wrong, "" for nothing."""
        try:
            job_type.run(run.data, run.progress)
        except AppError as error:
            return error.text
        except (Exception, gevent.Timeout) as error:
            self._log.exception("job %s (%s) failed", run.job.id, run.job.type)
            return f"{type(error).__name__}: {error}"
        return ""

    def _finish(self, run: Run, job_type: JobType, failure: str) -> None:
        data = run.data
        if run.told and run.stopping == "cancel":
            run.end(CANCELED)
        elif run.told and run.stopping == "shutdown":
            run.end(PENDING)
        elif not failure:
            data.pop(ERROR_KEY, None)
            run.job.progress = 100
            run.end(SUCCESS)
        else:
            tries = number(data, TRIES) + 1
            data[ERROR_KEY], data[TRIES] = failure[:MAX_ERROR], str(tries)
            again = tries <= job_type.retries
            if again:
                data[NOT_BEFORE] = str(now_ms() + pause_ms(tries))
            run.end(PENDING if again else ERROR)
            self._log.warning("job %s (%s) failed: %s", run.job.id, run.job.type, data[ERROR_KEY])

    def renew(self) -> None:
        """Keep the leases of what runs here."""
        for run in list(self.runs.values()):
            try:
                run.renew()
            except AppError:
                self._log.warning("job %s: the lease can't be renewed now", run.job.id)
        asked = [run for run in self.runs.values() if not run.stopping]
        for run in asked:
            job = self._store.get(run.job.id)
            if job is not None and job.status == CANCEL_REQUESTED:
                self.tell_to_stop(job.id)

    def tell_to_stop(self, job_id: str) -> None:
        """A job was cancelled: if it runs here, it stops at its next `progress`."""
        run = self.runs.get(job_id)
        if run is not None and not run.stopping:
            run.stopping = "cancel"

    def stop(self) -> None:
        """Take no more jobs; those that run here stop and wait for another worker."""
        self._stopped = True
        for run in self.runs.values():
            run.stopping = run.stopping or "shutdown"
        self._wait(lambda: not self.runs, STOP_S)
        for run in list(self.runs.values()):
            if run.greenlet is not None:
                run.greenlet.kill(block=False)
        self._wait(lambda: not self.runs, 1.0)

    @staticmethod
    def _wait(done: Callable[[], Any], seconds: float) -> None:
        deadline = monotonic() + seconds
        while not done() and monotonic() < deadline:
            gevent.sleep(0.02)
