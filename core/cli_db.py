"""`hubbub db`: moving a site's rows to another database."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hubbub.core.cli import takes_config
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from hubbub.core.app import App


@click.group("db")
def command() -> None:
    """Move a site to another database."""


@command.command("copy")
@takes_config
@click.option("--from", "source", envvar="HUBBUB_COPY_FROM", help="Database to copy from (default: config.json's).")
@click.option("--to", "target", envvar="HUBBUB_COPY_TO", required=True, help="Empty database to copy to.")
@click.option("--while-running", is_flag=True, help="Copy although others are connected to the source.")
def copy(source: str | None, target: str, while_running: bool) -> None:
    """Copy everything from one database to another, of any engine: SQLite, PostgreSQL, MySQL or MariaDB.

    Databases are written postgres://user:password@host:5432/name, mysql://user:password@host:3306/name or
    sqlite:///path/of/the/file.db; in $HUBBUB_COPY_FROM and $HUBBUB_COPY_TO the passwords aren't seen in the list of
    processes. The source isn't changed. Interrupted, the same command goes on where it was. In the end all rows are
    read back and compared.
    """
    with borrowed_app() as app:
        from hubbub.core.moving.copy import copy as copy_all
        from hubbub.core.moving.places import Place, settings_of

        data = app.config.data_directory
        read = settings_of(source) if source else app.config.SqlSettings
        one = Place(read, data, "--from" if source else "SqlSettings.DataSource", reads=True)
        other = Place(settings_of(target), data, "--to", reads=False)
        try:
            report = copy_all(one, other, app.plugins.migrations(), while_running=while_running)
        finally:
            one.close()
            other.close()
    click.echo(
        f"Copied {one.name} to {other.name}{' (an interrupted copy was finished)' if report.resumed else ''}:"
        f" {report.rows:,} rows of {report.tables} tables, counted and compared. {report.moved}."
    )
    for line in report.notes:
        click.echo(line)
    click.echo("Now name it in SqlSettings.DriverName and SqlSettings.DataSource; files stay where they are.")


@contextmanager
def borrowed_app() -> Iterator["App"]:
    """Yield the server for a copy of the configuration: a start may complete it, and a command must not change it."""
    from hubbub.core.cli_app import create_offline_app
    from hubbub.core.config import ConfigStore

    path = default_config_path()
    with tempfile.TemporaryDirectory(prefix="hubbub-config-") as folder:
        copy_of_it = Path(folder) / "config.json"
        if path.exists():
            shutil.copyfile(path, copy_of_it)
        app = create_offline_app(ConfigStore(copy_of_it))
        try:
            yield app
        finally:
            app.db.close()
