"""Regular work: what is due is queued once in the whole cluster; when it is due next is kept in the database."""

from datetime import datetime, timedelta
from typing import Any

from hubbub.core.clock import now_ms
from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.jobs.service import Jobs
from hubbub.plugins.jobs.store import JobStore
from hubbub.plugins.jobs.types import JobTypes


class Scheduler:
    """Called every few seconds in each worker whose host may start regular work."""

    def __init__(self, context: PluginContext, store: JobStore, types: JobTypes, jobs: Jobs) -> None:
        self._context = context
        self._db = context.db
        self._store = store
        self._types = types
        self._jobs = jobs

    def look(self) -> None:
        """Queue what is due."""
        config = self._context.config
        if not config.JobSettings.RunScheduler:
            return
        due = self._store.due()
        regular = [one for one in self._types.current.values() if is_regular(one)]
        if missing := [one.name for one in regular if one.name not in due]:
            self._store.know(missing)
        for job_type in regular:
            try:
                self._look_at(job_type, due.get(job_type.name, 0), config)
            except Exception:
                self._context.log.exception("job %s can't be scheduled", job_type.name)

    def _look_at(self, job_type: JobType, due: int, config: Any) -> None:
        now = now_ms()
        if not job_type.enabled(config):
            if due:
                self._store.set_due(job_type.name, 0, due)
            return
        following = next_time(job_type, config, now)
        moved = due > following if job_type.daily_at is None else due > now and due != following
        if not due or moved:
            self._store.set_due(job_type.name, following, due)
        elif due <= now:
            with self._db.transaction():
                if self._store.set_due(job_type.name, following, due):
                    self._jobs.create(job_type.name)


def is_regular(job_type: JobType) -> bool:
    """Say whether jobs of a kind are begun without being asked for."""
    return bool(job_type.every_s) or job_type.daily_at is not None or job_type.interval_s is not None


def next_time(job_type: JobType, config: Any, now: int) -> int:
    """Return when a regular job is due next after `now` (ms)."""
    if job_type.daily_at is None:
        seconds = job_type.every_s if job_type.interval_s is None else job_type.interval_s(config)
        return now + seconds * 1000
    hour, minute = (int(part) for part in job_type.daily_at(config).split(":"))
    here = datetime.fromtimestamp(now / 1000)
    at = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if at <= here:
        at = (here + timedelta(days=1)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return int(at.timestamp() * 1000)
