"""`hubbub migrate`: the database's tables, as the plugins that are on need them."""

from typing import Final

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_app import create_offline_app, prepare_folder

_PENDING: Final = 3


@click.command("migrate")
@takes_config
@click.option("--plan", is_flag=True, help="Only list what would be done.")
@click.option("--check", is_flag=True, help="Only say whether there is anything to do: exit code 3 if there is.")
def command(plan: bool, check: bool) -> None:
    """Bring the database up to date. `hubbub serve` does this too; here it can be done, or looked at, beforehand.

    Exit code 0: done, or nothing to do. 1: it failed, or the database can't be used. 3: --check found something to do.
    """
    app = create_offline_app()
    from hubbub.core.db import migrate, planned, refuse_unfit

    prepare_folder(app.config.data_directory, "HubbubSettings.DataDirectory")
    plugins = app.plugins.migrations()
    only_look = plan or check
    try:
        refuse_unfit(app.db, plugins)
        steps = planned(app.db, plugins) if only_look else [(step, []) for step in migrate(app.db, plugins)]
    finally:
        app.db.close()
    for step, actions in steps:
        click.echo(f"{'pending' if only_look else 'done'}  {step.plugin_id}  {step.name}")
        for action in actions if plan else ():
            click.echo(f"             {action}")
    if not steps:
        click.echo("The database is up to date.")
    if check and steps:
        raise SystemExit(_PENDING)
