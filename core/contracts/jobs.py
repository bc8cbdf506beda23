"""Jobs: long work that runs once per cluster, in the background, with progress, retries and a way to cancel it."""

from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec

from hubbub.core.contracts.errors import BadRequest, NotFound

PENDING: Final = "pending"
IN_PROGRESS: Final = "in_progress"
SUCCESS: Final = "success"
ERROR: Final = "error"
CANCEL_REQUESTED: Final = "cancel_requested"
CANCELED: Final = "canceled"
WARNING: Final = "warning"


class Job(msgspec.Struct, kw_only=True):
    """One piece of work, as the API shows it. Times in ms; `progress` in percent; `data` has strings only."""

    id: str
    type: str
    priority: int = 0
    create_at: int = 0
    start_at: int = 0
    last_activity_at: int = 0
    status: str = PENDING
    progress: int = 0
    data: dict[str, Any] | None = None


class JobType(msgspec.Struct, kw_only=True, frozen=True):
    """A kind of job. `run(data, progress)` does the work; `progress(percent)` also says whether to go on.

    `data` belongs to the job: what `run` changes in it is stored at each call of `progress` and at the end, so that a
    job that was cut off (a server killed) begins again where it stopped. An `AppError` or any other exception fails
    the job; its text is shown to administrators.

    `every_s` schedules it periodically (seconds; 0: only when asked for), `enabled(config)` says whether it is
    scheduled now. `retries` is how often a failed run is tried again. `read_permission` and `manage_permission` are
    names of permissions that let see and create such jobs (besides those who may manage the system),
    `create_permission` another one for creating and cancelling them.

    `interval_s(config)` schedules it so often instead where the configuration says how often (seconds).
    `daily_at(config)` schedules it once a day instead, at "HH:MM" of the host's time. Jobs of one kind run one after
    another, unless they are `concurrent`. Values that `run` puts into `data` become texts (true, 12).
    """

    name: str
    run: Callable[[dict[str, Any], Callable[[int], bool]], None]
    every_s: int = 0
    enabled: Callable[[Any], bool] = lambda _config: True
    retries: int = 0
    read_permission: str = ""
    manage_permission: str = ""
    create_permission: str = ""
    daily_at: Callable[[Any], str] | None = None
    interval_s: Callable[[Any], int] | None = None
    concurrent: bool = False


class JobNotFound(NotFound):
    id = "app.job.get.app_error"
    message = "There is no such job."


class UnknownJobType(BadRequest):
    id = "model.job.is_valid.type.app_error"
    message = "There is no kind of job named {type}."


class JobService(Protocol):
    """Creates and finds jobs; a leader among the workers runs them, each once in the whole cluster."""

    def create(self, job_type: str, data: dict[str, Any] | None = None) -> Job:
        """Queue a job; one that waits already with the same data is returned instead. Raises `UnknownJobType`."""

    def get(self, job_id: str) -> Job:
        """Return a job. Raises `JobNotFound`."""

    def cancel(self, job_id: str) -> Job:
        """Ask that a job stops (one that waits ends at once). Raises `JobNotFound`, `BadRequest` for one that ended."""
