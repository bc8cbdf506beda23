"""Every query on jobs and hb_jobschedules.

A job that runs is its worker's as long as `lastactivityat` is what that worker wrote last: every change that a worker
makes names that value, so that one who has lost a job (it was taken over, or put back) changes nothing any more.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.jobs import (
    CANCEL_REQUESTED,
    CANCELED,
    ERROR,
    IN_PROGRESS,
    PENDING,
    SUCCESS,
    WARNING,
    Job,
)
from hubbub.core.db import Database

COLUMNS: Final = (
    "id", "type", "priority", "createat", "startat", "lastactivityat", "status", "progress", "data",
)  # fmt: skip
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM {{jobs}}"
_ORDER: Final = " ORDER BY createat DESC, id LIMIT ? OFFSET ?"
_OPEN: Final = (PENDING, IN_PROGRESS, CANCEL_REQUESTED)
_RUNNING: Final = (IN_PROGRESS, CANCEL_REQUESTED)
_ENDED: Final = (SUCCESS, ERROR, CANCELED, WARNING)


class JobStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def insert(self, job: Job) -> None:
        """Store a new job."""
        self._db.insert_many("jobs", COLUMNS, [_to_row(job)])

    def get(self, job_id: str) -> Job | None:
        """Return a job, None when there is none."""
        row = self._db.fetch_one(f"{_SELECT} WHERE id = ?", (job_id,))
        return None if row is None else _to_job(row)

    def page(self, types: Collection[str], status: str, offset: int, limit: int) -> list[Job]:
        """Return jobs of some kinds, newest first; of one status unless that is ""."""
        if not types:
            return []
        sql, params = self._db.in_list(f"{_SELECT} WHERE type IN ({{ids}})", sorted(types))
        if status:
            sql, params = f"{sql} AND status = ?", (*params, status)
        return [_to_job(row) for row in self._db.fetch_all(sql + _ORDER, (*params, limit, offset))]

    def open(self) -> list[Job]:
        """Return all jobs that wait or run, the most urgent and oldest first."""
        sql, params = self._db.in_list(f"{_SELECT} WHERE status IN ({{ids}})", _OPEN)
        jobs = [_to_job(row) for row in self._db.fetch_all(sql, params)]
        return sorted(jobs, key=lambda job: (-job.priority, job.create_at, job.id))

    def waiting(self, job_type: str) -> list[Job]:
        """Return the jobs of a kind that wait."""
        rows = self._db.fetch_all(f"{_SELECT} WHERE status = ? AND type = ?", (PENDING, job_type))
        return [_to_job(row) for row in rows]

    def runs(self, job_type: str) -> bool:
        """Say whether a job of a kind is being run."""
        sql, params = self._db.in_list("SELECT 1 FROM {jobs} WHERE type = ? AND status IN ({ids})", _RUNNING)
        return self._db.fetch_one(sql + " LIMIT 1", (job_type, *params)) is not None

    def claim(self, job: Job, now: int, data: dict[str, Any]) -> bool:
        """Begin a job that waits; False when another worker was faster."""
        sql = (
            "UPDATE {jobs} SET status = ?, startat = ?, lastactivityat = ?, data = ? WHERE id = ? AND status = ?"
            " AND lastactivityat = ?"
        )
        params = (IN_PROGRESS, now, now, json.encode_str(data), job.id, PENDING, job.last_activity_at)
        return self._db.execute(sql, params) > 0

    def take_over(self, job: Job, now: int, data: dict[str, Any]) -> bool:
        """Go on with a job whose worker is gone; False when it lives, or another was faster."""
        sql = "UPDATE {jobs} SET lastactivityat = ?, data = ? WHERE id = ? AND status = ? AND lastactivityat = ?"
        params = (now, json.encode_str(data), job.id, IN_PROGRESS, job.last_activity_at)
        return self._db.execute(sql, params) > 0

    def renew(self, job_id: str, last: int, now: int) -> bool:
        """Say that a job is still at work; False when it isn't this worker's any more."""
        sql, statuses = self._db.in_list(
            "UPDATE {jobs} SET lastactivityat = ? WHERE id = ? AND lastactivityat = ? AND status IN ({ids})", _RUNNING
        )
        return self._db.execute(sql, (now, job_id, last, *statuses)) > 0

    def save_progress(self, job: Job, last: int, now: int) -> bool:
        """Store progress and data of a running job; False when it isn't this worker's any more."""
        sql, statuses = self._db.in_list(
            "UPDATE {jobs} SET progress = ?, data = ?, lastactivityat = ? WHERE id = ? AND lastactivityat = ?"
            " AND status IN ({ids})",
            _RUNNING,
        )
        params = (job.progress, json.encode_str(job.data), now, job.id, last, *statuses)
        return self._db.execute(sql, params) > 0

    def end(self, job: Job, last: int, now: int) -> bool:
        """Store how a job that ran ended (or that it waits again); False when it isn't this worker's any more."""
        sql, statuses = self._db.in_list(
            "UPDATE {jobs} SET status = ?, progress = ?, data = ?, lastactivityat = ? WHERE id = ?"
            " AND lastactivityat = ? AND status IN ({ids})",
            _RUNNING,
        )
        params = (job.status, job.progress, json.encode_str(job.data), now, job.id, last, *statuses)
        return self._db.execute(sql, params) > 0

    def change_status(self, job: Job, status: str, now: int, data: dict[str, Any] | None = None) -> bool:
        """Move a job to another status, from the one that `job` has; whoever runs it loses it by that.

        A wish to cancel leaves it with its worker.
        """
        if status == CANCEL_REQUESTED:
            sql = "UPDATE {jobs} SET status = ? WHERE id = ? AND status = ?"
            return self._db.execute(sql, (status, job.id, job.status)) > 0
        sql = (
            "UPDATE {jobs} SET status = ?, lastactivityat = ?, data = ? WHERE id = ? AND status = ?"
            " AND lastactivityat = ?"
        )
        text = json.encode_str(job.data if data is None else data)
        params = (status, max(now, job.last_activity_at + 1), text, job.id, job.status, job.last_activity_at)
        return self._db.execute(sql, params) > 0

    def delete_ended(self, before: int) -> int:
        """Delete what ended before a time (ms); return how many."""
        sql, statuses = self._db.in_list("DELETE FROM {jobs} WHERE lastactivityat < ? AND status IN ({ids})", _ENDED)
        return self._db.execute(sql, (before, *statuses))

    # kinds of jobs

    def know(self, job_types: Iterable[str]) -> None:
        """Have a row for each kind."""
        rows = [(name, 0, 0) for name in sorted(job_types)]
        self._db.insert_many("hb_jobschedules", ("type", "nextat", "claimedat"), rows, ignore_duplicates=True)

    def lock(self, job_type: str, now: int) -> None:
        """Have all others who want to begin a job of a kind wait. Call it first in a transaction."""
        self._db.execute("UPDATE {hb_jobschedules} SET claimedat = ? WHERE type = ?", (now, job_type))

    def due(self) -> dict[str, int]:
        """Return kind → when it is due (ms; 0 for never)."""
        return {row[0]: row[1] or 0 for row in self._db.fetch_all("SELECT type, nextat FROM {hb_jobschedules}")}

    def set_due(self, job_type: str, next_at: int, before: int) -> bool:
        """Say when a kind is due; False when another worker did so before."""
        sql = "UPDATE {hb_jobschedules} SET nextat = ? WHERE type = ? AND nextat = ?"
        return self._db.execute(sql, (next_at, job_type, before)) > 0


def _to_job(row: tuple[Any, ...]) -> Job:
    return Job(
        id=row[0],
        type=row[1] or "",
        priority=row[2] or 0,
        create_at=row[3] or 0,
        start_at=row[4] or 0,
        last_activity_at=row[5] or 0,
        status=row[6] or "",
        progress=row[7] or 0,
        data=json.decode(row[8]) if row[8] else None,
    )


def _to_row(job: Job) -> tuple[Any, ...]:
    return (
        job.id, job.type, job.priority, job.create_at, job.start_at, job.last_activity_at, job.status, job.progress,
        json.encode_str(job.data or {}),
    )  # fmt: skip
