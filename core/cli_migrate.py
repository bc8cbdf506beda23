"""`hubbub migrate`: the database's tables, as the plugins that are on need them."""

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_app import create_offline_app, prepare_folder


@click.command("migrate")
@takes_config
@click.option("--plan", is_flag=True, help="Only list what would be done.")
@click.option("--check", is_flag=True, help="Only say whether there is anything to do: exit code 1 if there is.")
def command(plan: bool, check: bool) -> None:
    """Bring the database up to date. `hubbub serve` does this too; here it can be done, or looked at, beforehand."""
    app = create_offline_app()
    from hubbub.core.db import migrate

    prepare_folder(app.config.data_directory, "HubbubSettings.DataDirectory")
    only_look = plan or check
    try:
        steps = migrate(app.db, app.plugins.migrations(), plan=only_look)
    finally:
        app.db.close()
    for step in steps:
        click.echo(f"{'pending' if only_look else 'done'}  {step.plugin_id}  {step.name}")
    if not steps:
        click.echo("The database is up to date.")
    if check and steps:
        raise SystemExit(1)
