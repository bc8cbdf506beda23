"""Wiring of the data_retention plugin."""

from collections.abc import Iterable
from typing import Any

from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.data_retention.routes import RetentionRoutes
from hubbub.plugins.data_retention.service import Retention
from hubbub.plugins.data_retention.store import PolicyStore


class Plugin:
    """Deletes what is too old, once a day."""

    def __init__(self, context: PluginContext) -> None:
        self.retention = Retention(context, PolicyStore(context.db))
        self._routes = RetentionRoutes(self.retention)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operation on retention."""
        self._routes.register(router)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job."""

        def daily_at(config: Any) -> str:
            return str(config.DataRetentionSettings.DeletionJobStartTime)

        return [
            JobType(
                name="data_retention",
                run=self.retention.run,
                daily_at=daily_at,
                enabled=self.retention.is_wanted,
                retries=3,
            )
        ]
