"""Wiring of the jobs plugin."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import click

from hubbub.core.clock import now_ms
from hubbub.core.contracts.jobs import JobService, JobType
from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.jobs import commands
from hubbub.plugins.jobs.leases import RENEW_S
from hubbub.plugins.jobs.permissions import JobAccess
from hubbub.plugins.jobs.routes import JobRoutes
from hubbub.plugins.jobs.runner import Runner
from hubbub.plugins.jobs.scheduler import Scheduler
from hubbub.plugins.jobs.service import Jobs
from hubbub.plugins.jobs.store import JobStore
from hubbub.plugins.jobs.types import JobTypes

LOOK_S: Final = 5
DAY_S: Final = 86_400


class Plugin:
    """Runs what plugins offer as jobs."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.store = JobStore(context.db)
        self.types = JobTypes(context)
        self.jobs = Jobs(context, self.store, self.types)
        self.runner = Runner(context, self.store, self.types)
        self.scheduler = Scheduler(context, self.store, self.types, self.jobs)
        self._routes = JobRoutes(context, self.jobs, JobAccess(context.service(PermissionService), self.types))
        self.jobs.on_told_to_stop = self.runner.tell_to_stop
        context.tasks.every(LOOK_S, self.look, "begin jobs that wait")
        context.tasks.every(RENEW_S, self.runner.renew, "keep the leases of jobs")

    def provide(self) -> Mapping[type, object]:
        """Provide jobs."""
        return {JobService: self.jobs}

    def look(self) -> None:
        """Queue what is due and begin what waits."""
        self.scheduler.look()
        self.runner.look()

    @hookimpl
    def on_activate(self) -> None:
        """Check that no two plugins offer the same kind; begin new jobs as soon as they are queued here."""
        self.types.current  # noqa: B018  (raises for a clash)
        self.runner.start()
        self.jobs.on_created = lambda: self._context.tasks.submit(self.runner.look)

    @hookimpl
    def on_deactivate(self) -> None:
        """Leave what runs here to other workers."""
        self.jobs.on_created = lambda: None
        self.runner.stop()

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on jobs."""
        self._routes.register(router)

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub job`."""
        commands.register(cli, self.jobs, self.types)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the one that deletes jobs that ended long ago."""

        def enabled(config: Any) -> bool:
            return bool(config.JobSettings.CleanupJobsThresholdDays >= 0)

        yield JobType(name="hb_delete_old_jobs", run=self._delete_old, every_s=DAY_S, enabled=enabled)

    def _delete_old(self, data: dict[str, Any], _progress: object) -> None:
        days = self._context.config.JobSettings.CleanupJobsThresholdDays
        data["deleted"] = str(self.store.delete_ended(now_ms() - days * DAY_S * 1000)) if days >= 0 else "0"
