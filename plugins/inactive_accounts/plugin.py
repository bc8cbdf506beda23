"""Wiring of the plugin for inactive accounts."""

from collections.abc import Iterable
from typing import Final

import click

from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.inactive_accounts.commands import inactive_accounts
from hubbub.plugins.inactive_accounts.service import InactiveAccounts

DAY_S: Final = 86_400


class Plugin:
    """Accounts that nobody uses."""

    def __init__(self, context: PluginContext) -> None:
        self._accounts = InactiveAccounts(context)

    @hookimpl
    def register_jobs(self) -> Iterable[JobType]:
        """Offer the job, once a day where that is wanted."""
        return [
            JobType(
                name="inactive_accounts",
                run=self._accounts.run,
                every_s=DAY_S,
                enabled=lambda _config: self._accounts.settings.InactiveDays > 0,
            )
        ]

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub inactive-accounts`."""
        cli.add_command(inactive_accounts(self._accounts))
