"""Wiring of the data_retention plugin."""

from collections.abc import Iterable
from typing import Any

from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.data_retention.policies import Policies
from hubbub.plugins.data_retention.routes import RetentionRoutes
from hubbub.plugins.data_retention.routes_policies import PolicyRoutes
from hubbub.plugins.data_retention.service import Retention
from hubbub.plugins.data_retention.store import PolicyStore


class Plugin:
    """Deletes what is too old, once a day."""

    def __init__(self, context: PluginContext) -> None:
        store = PolicyStore(context.db)
        self.retention = Retention(context, store)
        self._routes = RetentionRoutes(self.retention)
        self._policy_routes = PolicyRoutes(context, Policies(context, store))

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on retention."""
        self._routes.register(router)
        self._policy_routes.register(router)

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
