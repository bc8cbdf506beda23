"""`hubbub ldap`: try the directory, and bring accounts up to date from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from hubbub.core.contracts.errors import AppError
from hubbub.plugins.auth_ldap.service import Ldap
from hubbub.plugins.auth_ldap.sync import Sync
from hubbub.plugins.auth_ldap.trials import Trials


def ldap_commands(ldap: Ldap, trials: Trials, sync: Sync) -> click.Group:
    """Return the group `ldap`."""
    group = click.Group("ldap", help="Try the LDAP directory, bring accounts up to date from it.")
    group.add_command(_test(ldap, trials))
    group.add_command(_sync(sync))
    return group


def _test(ldap: Ldap, trials: Trials) -> click.Command:
    @click.command("test", help="Connect, bind and search as LdapSettings say, and tell what is found or wrong.")
    def test() -> None:
        with explained():
            click.echo(trials.people(ldap.settings))
            for kind in ("filters", "attributes"):
                for one in trials.diagnose(ldap.settings, kind):
                    click.echo(f"  {one.test_name} {one.test_value}: {one.error or one.message}")

    return test


def _sync(sync: Sync) -> click.Command:
    @click.command("sync", help="Bring all accounts of the directory up to date, now and here.")
    def run() -> None:
        data: dict[str, Any] = {}
        with explained():
            sync.run(data, lambda _percent: True)
        click.echo(
            f"{data['people']} people in the directory: {data['updated']} accounts changed, "
            f"{data['pictures']} pictures, {data['deactivated']} accounts deactivated."
        )

    return run


@contextmanager
def explained() -> Iterator[None]:
    """Show named errors without a stack trace."""
    try:
        yield
    except AppError as error:
        raise click.ClickException(f"{error.text} ({error.error_id})") from error
