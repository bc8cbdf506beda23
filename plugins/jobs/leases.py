"""Who lives: a job whose worker has shown no sign of life for a while may be taken over.

Only the own clock counts: a job is given up when its `last_activity_at` has stood still for `LEASE_S` while this
worker looked on. So hosts whose clocks differ never take a job from a worker that lives.
"""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Final

from hubbub.core.contracts.jobs import Job

LEASE_S: Final = 60
RENEW_S: Final = 10


class Watch:
    """What one worker has seen of the jobs that others run."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[int, float]] = {}

    def abandoned(self, jobs: Iterable[Job]) -> list[Job]:
        """Look at all jobs that are running now; return those whose workers are gone."""
        now = self._clock()
        before, self._seen = self._seen, {}
        gone = []
        for job in jobs:
            seen = before.get(job.id)
            if seen is None or seen[0] != job.last_activity_at:
                seen = (job.last_activity_at, now)
            self._seen[job.id] = seen
            if now - seen[1] >= LEASE_S:
                gone.append(job)
        return gone
