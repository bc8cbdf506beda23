"""Wiring of the reports plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.reports.export import UserExport
from hubbub.plugins.reports.posts_store import ReportedPosts
from hubbub.plugins.reports.routes import ReportRoutes
from hubbub.plugins.reports.routes_posts import PostReportRoutes
from hubbub.plugins.reports.store import ReportStore


class Plugin:
    """Reports for administrators."""

    def __init__(self, context: PluginContext) -> None:
        store = ReportStore(context.db)
        self._export = UserExport(context, store)
        self._routes = ReportRoutes(context, store, self._export)
        self._post_routes = PostReportRoutes(context, ReportedPosts(context.db))

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on reports."""
        self._routes.register(router)
        self._post_routes.register(router)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job that writes everybody into a table."""
        return [self._export.job_type()]
