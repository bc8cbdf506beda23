"""Wiring of the bulk plugin."""

from collections.abc import Iterable

import click

from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.bulk import commands
from hubbub.plugins.bulk.folders import Folder
from hubbub.plugins.bulk.jobs import BulkJobs
from hubbub.plugins.bulk.routes import BulkRoutes
from hubbub.plugins.bulk.service import Bulk


class Plugin:
    """Whole sites in and out."""

    def __init__(self, context: PluginContext) -> None:
        self.bulk = Bulk(context)
        self.imports, self.exports = Folder(context, "ImportSettings"), Folder(context, "ExportSettings")
        self.jobs = BulkJobs(context, self.bulk, self.imports, self.exports)
        self._routes = BulkRoutes(context, self.imports, self.exports)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on imports and exports."""
        self._routes.register(router)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer imports, exports, and the removal of old ones."""
        return self.jobs.types()

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub import bulk` and `hubbub export bulk`."""
        commands.register(cli, self.bulk)
