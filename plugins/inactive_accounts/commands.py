"""`hubbub inactive-accounts`."""

from datetime import UTC, datetime

import click

from hubbub.plugins.inactive_accounts.service import InactiveAccounts


def inactive_accounts(service: InactiveAccounts) -> click.Command:
    """Return the command."""

    @click.command("inactive-accounts", help="List accounts that nobody has used for long, and why one would stay.")
    @click.option("--days", type=click.IntRange(min=1), default=90, show_default=True, help="Without activity for.")
    @click.option("--deactivate", is_flag=True, help="Deactivate them: all but bots, the last admin and those spared.")
    def command(days: int, deactivate: bool) -> None:
        found = list(service.find(days))
        for account, why in sorted(found, key=lambda one: one[0].active_at):
            day = datetime.fromtimestamp(account.active_at / 1000, UTC).date()
            click.echo("\t".join((day.isoformat(), account.username, account.email, account.roles, why)).rstrip())
        click.echo(f"{len(found):,} accounts without activity for {days} days.", err=True)
        if deactivate:
            done = service.deactivate([account for account, why in found if not why])
            click.echo(f"{len(done):,} of them were deactivated.", err=True)

    return command
