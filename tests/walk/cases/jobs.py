"""Operations of the plugin jobs."""

from itertools import count
from typing import Final

from hubbub.core.contracts.jobs import JobService
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

_TYPE: Final = "hb_delete_old_jobs"
_numbers = count()


def waiting(world: World) -> Made:
    """Queue a job that nobody begins."""
    world.server.app.plugins.instance("jobs").runner.stop()
    job = world.server.app.service(JobService).create(_TYPE, {"number": next(_numbers)})
    return {"job_id": job.id, "type": _TYPE}


def go_on(world: World) -> None:
    """Have jobs run again."""
    world.server.app.plugins.instance("jobs").runner.start()


CASES: Final = [
    Case(operation="CreateJob", who="alice", body={"type": _TYPE}),
    Case(
        operation="GetJobs", who="alice", query="job_type=hb_delete_old_jobs&status=pending", make=waiting, after=go_on
    ),
    Case(operation="GetJob", who="alice", make=waiting, after=go_on),
    Case(operation="GetJobsByType", who="alice", make=waiting, after=go_on),
    Case(operation="CancelJob", who="alice", make=waiting, after=go_on),
    Case(
        operation="UpdateJobStatus",
        who="alice",
        make=waiting,
        after=go_on,
        body={"status": "canceled", "force": True},
    ),
]
