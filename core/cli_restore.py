"""`hubbub restore`: bring a backup back."""

from pathlib import Path

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_app import prepare_folder
from hubbub.core.cli_db import borrowed_app


@click.command("restore")
@takes_config
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Bring the backup FILE back into the empty database and empty folders that config.json names, on any engine.

    All of FILE is checked before anything is changed. Interrupted, no server starts on what is there, and the same
    command begins anew. Nothing is overwritten; config.json isn't touched.
    """
    with borrowed_app() as app:
        from hubbub.core.moving.backup import restore
        from hubbub.core.moving.places import Place

        config = app.config
        prepare_folder(config.data_directory, "HubbubSettings.DataDirectory")
        place = Place(config.SqlSettings, config.data_directory, "SqlSettings.DataSource", reads=False)
        try:
            notes = restore(config, place, app.plugins.migrations(), file)
        finally:
            place.close()
    click.echo(f"Restored {file} into {place.name}: {notes[0]}, counted and compared.")
    for line in notes[1:]:
        click.echo(line)
