"""Operations on jobs."""

from collections.abc import Mapping
from typing import Final

import msgspec

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
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.jobs.permissions import JobAccess
from hubbub.plugins.jobs.service import Jobs, WrongStatus

_ALL: Final = "/api/v4/jobs"
_ONE: Final = _ALL + "/{job_id}"
STATUSES: Final = (PENDING, IN_PROGRESS, SUCCESS, ERROR, CANCEL_REQUESTED, CANCELED, WARNING)


class JobBody(msgspec.Struct, kw_only=True):
    """What a client says about a new job."""

    type: str
    data: dict[str, str] | None = None


class KindShown(msgspec.Struct, kw_only=True):
    """A kind of job: whether it is scheduled, and whether the asker may start and cancel such jobs now."""

    type: str
    scheduled: bool
    create: bool


class StatusBody(msgspec.Struct, kw_only=True):
    """The status that a job is to have; `force` from whatever it has."""

    status: str
    force: bool = False


class JobRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, jobs: Jobs, access: JobAccess) -> None:
        self._jobs = jobs
        self._access = access

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_ALL, self.list)
        router.post(_ALL, self.create, status=201)
        router.get("/api/v4/hubbub/job_types", self.types)
        router.get(_ALL + "/type/{type}", self.list_of_type)
        router.get(_ONE, self.get)
        router.post(_ONE + "/cancel", self.cancel)
        router.patch(_ONE + "/status", self.set_status)

    def list(self, req: Request) -> object:
        """GET /jobs; with job_type and status those alone."""
        status, job_type, page = req.query("status"), req.query("job_type"), req.page()
        if status and status not in STATUSES:
            raise WrongStatus(status=status)
        if job_type:
            self._access.require_read(req.session, job_type)
        types = [job_type] if job_type else self._access.readable(req.session)
        return self._jobs.page(types, status, page.offset, page.limit)

    def types(self, req: Request) -> object:
        """GET /hubbub/job_types: the kinds that one may see, for consoles; an operation of ours."""
        readable = self._access.readable(req.session)
        offered = self._jobs.offered()
        return [
            KindShown(type=name, scheduled=name in offered and offered[name], create=self._creates(req, name, offered))
            for name in sorted(readable)
        ]

    def _creates(self, req: Request, name: str, offered: Mapping[str, bool]) -> bool:
        return name in offered and self._access.may_create(req.session, name)

    def list_of_type(self, req: Request, type: str) -> object:
        """GET /jobs/type/{type}."""
        self._access.require_read(req.session, type)
        page = req.page()
        return self._jobs.page([type], "", page.offset, page.limit)

    def create(self, req: Request) -> Job:
        """POST /jobs."""
        body = req.read(JobBody, name="job")
        self._access.require_create(req.session, body.type)
        return self._jobs.create(body.type, body.data)

    def get(self, req: Request, job_id: str) -> Job:
        """GET /jobs/{job_id}."""
        job = self._jobs.get(job_id)
        self._access.require_read(req.session, job.type)
        return job

    def cancel(self, req: Request, job_id: str) -> object:
        """POST /jobs/{job_id}/cancel."""
        self._access.require_create(req.session, self._jobs.get(job_id).type)
        self._jobs.cancel(job_id)
        return OK

    def set_status(self, req: Request, job_id: str) -> object:
        """PATCH /jobs/{job_id}/status."""
        body = req.read(StatusBody)
        self._access.require_manage(req.session, self._jobs.get(job_id).type)
        self._jobs.set_status(job_id, body.status, force=body.force)
        return OK
