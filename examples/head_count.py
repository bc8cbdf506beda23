"""Counts the accounts every hour, once in the whole cluster; `GET /api/v4/jobs/type/head_count` shows how many."""

from collections.abc import Callable, Iterable
from typing import Any

from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.hookspecs import hookimpl

manifest = Manifest(
    id="head_count", version="1.0.0", summary="Counts the accounts every hour", requires=(UserService,), reloadable=True
)


class Plugin:
    """The count is in the job's `data`."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job; administrators may start one by `POST /api/v4/jobs` too."""
        return [JobType(name="head_count", run=self._count, every_s=3_600)]

    def _count(self, data: dict[str, Any], progress: Callable[[int], bool]) -> None:
        data["accounts"] = self._users.count()
        progress(100)
