"""Jobs as other plugins and the API see them: queued, found, cancelled."""

from collections.abc import Callable, Collection
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.jobs import CANCEL_REQUESTED, CANCELED, IN_PROGRESS, PENDING, Job, JobNotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.jobs.data import NOT_BEFORE, as_texts
from hubbub.plugins.jobs.leases import LEASE_S
from hubbub.plugins.jobs.store import JobStore
from hubbub.plugins.jobs.types import JobTypes

CANCEL_TOPIC: Final = "cancel"
_CHANGES: Final = {
    IN_PROGRESS: (PENDING, CANCEL_REQUESTED),
    PENDING: (CANCEL_REQUESTED,),
    CANCEL_REQUESTED: (CANCELED,),
}
SETTABLE: Final = (PENDING, CANCEL_REQUESTED, CANCELED)
"""Statuses that one may give a job."""


class JobEnded(BadRequest):
    id = "jobs.request_cancellation.status.error"
    message = "The job has ended already ({status}): there is nothing to cancel."


class WrongStatus(BadRequest):
    id = "api.job.status.invalid"
    message = "A job can't become {status!r} here."


class Jobs:
    """Implements `JobService`."""

    def __init__(self, context: PluginContext, store: JobStore, types: JobTypes) -> None:
        self._context = context
        self._db = context.db
        self._store = store
        self._types = types
        self.on_created: Callable[[], object] = lambda: None
        """Called after the commit when a job waits."""
        self.on_told_to_stop: Callable[[str], None] = lambda _job_id: None
        """Called after the commit with the id of a job that has to stop."""
        context.on_broadcast(CANCEL_TOPIC, lambda job_id: self.on_told_to_stop(job_id))

    def create(self, job_type: str, data: dict[str, Any] | None = None) -> Job:
        """Queue a job; one that waits already with the same data is returned instead. Raises `UnknownJobType`."""
        self._types.get(job_type)
        wanted, now = as_texts(data), now_ms()
        self._store.know([job_type])
        with self._db.transaction():
            self._store.lock(job_type, now)
            for job in self._store.waiting(job_type):
                if job.data == wanted:
                    return job
            job = Job(id=new_id(), type=job_type, create_at=now, status=PENDING, data=wanted)
            self._store.insert(job)
        self._db.after_commit(lambda: self.on_created())
        return job

    def get(self, job_id: str) -> Job:
        """Return a job. Raises `JobNotFound`."""
        job = self._store.get(job_id)
        if job is None:
            raise JobNotFound
        return job

    def offered(self) -> dict[str, bool]:
        """Return the kinds that plugins offer now, and whether each is scheduled."""
        config = self._context.config
        kinds = self._types.current.values()
        return {kind.name: bool(kind.every_s or kind.daily_at) and kind.enabled(config) for kind in kinds}

    def page(self, types: Collection[str], status: str, offset: int, limit: int) -> list[Job]:
        """Return jobs of some kinds, newest first; of one status unless that is ""."""
        return self._store.page(types, status, offset, limit)

    def cancel(self, job_id: str) -> Job:
        """Ask that a job stops (one that waits ends at once). Raises `JobNotFound`, `BadRequest` for one that ended."""
        job = self.get(job_id)
        while job.status in (PENDING, IN_PROGRESS):
            wanted = CANCELED if job.status == PENDING else CANCEL_REQUESTED
            if self._store.change_status(job, wanted, now_ms()):
                self._tell_to_stop(job_id)
                return self.get(job_id)
            job = self.get(job_id)  # it has just begun or ended
        if job.status != CANCEL_REQUESTED:
            raise JobEnded(status=job.status)
        return job

    def set_status(self, job_id: str, status: str, *, force: bool = False) -> Job:
        """Move a job to another status; with `force` from any other. Raises `JobNotFound`, `WrongStatus`."""
        job = self.get(job_id)
        if status not in SETTABLE or not (force or status in _CHANGES.get(job.status, ())):
            raise WrongStatus(status=status, detailed_error=f"status={job.status}")
        if status == CANCEL_REQUESTED and not force:
            return self.cancel(job_id)
        data = dict(job.data or {})
        if status == PENDING and job.status in (IN_PROGRESS, CANCEL_REQUESTED):
            # Its worker may not have heard of it yet: nobody begins it anew until it must have.
            data[NOT_BEFORE] = str(now_ms() + LEASE_S * 1000)
        if not self._store.change_status(job, status, now_ms(), data):
            raise WrongStatus("The job has changed in this moment: look at it again.", status=status)
        self._tell_to_stop(job_id)
        return self.get(job_id)

    def _tell_to_stop(self, job_id: str) -> None:
        self._context.broadcast(CANCEL_TOPIC, job_id)
        self._db.after_commit(lambda: self.on_told_to_stop(job_id))
