"""Counts the accounts every hour, once in the whole cluster; `GET /api/v4/jobs/type/head_count` shows how many."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.hookspecs import hookimpl

DAY_MS: Final = 86_400_000

manifest = Manifest(
    id="head_count", version="1.0.0", summary="Counts the accounts every hour", requires=(UserService,), reloadable=True
)


class Plugin:
    """The count is in the job's `data`."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)
        self._last: tuple[int, int] | None = None

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job; administrators may start one by `POST /api/v4/jobs` too."""
        return [JobType(name="head_count", run=self._count, every_s=3_600)]

    @hookimpl
    def run_data_retention(self, now_time: int, batch_size: int) -> int:
        """Keep the last count only for a day: what is older goes with other old data."""
        if not self._last or self._last[0] > now_time - DAY_MS:
            return 0
        self._last = None
        return 1

    def _count(self, data: dict[str, Any], progress: Callable[[int], bool]) -> None:
        count = self._users.count()
        self._last = (now_ms(), count)
        data["accounts"] = count
        progress(100)
