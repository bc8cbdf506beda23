"""One run of a job in this worker: progress stored, the lease kept, told to stop."""

from time import monotonic
from typing import Any, Final

import gevent

from hubbub.core.clock import now_ms
from hubbub.core.contracts.jobs import Job
from hubbub.plugins.jobs.data import as_texts
from hubbub.plugins.jobs.leases import LEASE_S
from hubbub.plugins.jobs.store import JobStore

STORE_S: Final = 1.0
"""How often at most a progress is stored that changes nothing but percents (seconds)."""


class Run:
    """A job that this worker runs. `stopping` says why it has to stop: "", "cancel", "shutdown" or "lost"."""

    def __init__(self, store: JobStore, job: Job) -> None:
        self._store = store
        self.job = job
        self.data: dict[str, Any] = dict(job.data or {})
        self.stopping = ""
        self.told = False
        """Whether `run` of the job was told to stop."""
        self.greenlet: Any = None
        self._last = job.last_activity_at
        self._alive = self._stored = monotonic()
        self._busy = False

    def progress(self, percent: int) -> bool:
        """Store how far it is; say whether to go on. Other greenlets get their turn."""
        gevent.sleep(0)
        percent = max(0, min(100, int(percent)))
        data = as_texts(self.data)
        changed = data != self.job.data
        if changed or (percent != self.job.progress and monotonic() - self._stored >= STORE_S):
            self.job.progress, self.job.data = percent, data
            self._write(lambda now: self._store.save_progress(self.job, self._last, now))
            self._stored = monotonic()
        self.job.progress = percent
        self.told = self.told or bool(self.stopping)
        return not self.stopping

    def renew(self) -> None:
        """Keep the lease; notice when it is lost."""
        try:
            self._write(lambda now: self._store.renew(self.job.id, self._last, now))
        finally:
            if monotonic() - self._alive >= LEASE_S:
                self.stopping = "lost"  # the database didn't answer: another worker may have it by now

    def end(self, status: str) -> bool:
        """Store how it ended (or that it waits again)."""
        self.job.status, self.job.data = status, as_texts(self.data)
        return self._write(lambda now: self._store.end(self.job, self._last, now))

    def _write(self, write: Any) -> bool:
        """Write with a new sign of life, unless the job is lost; one write at a time."""
        while self._busy:
            gevent.sleep(0.005)
        if self.stopping == "lost":
            return False
        self._busy = True
        try:
            now = max(now_ms(), self._last + 1)
            if not write(now):
                self.stopping = "lost"
                return False
            self._last, self._alive = now, monotonic()
            return True
        finally:
            self._busy = False
