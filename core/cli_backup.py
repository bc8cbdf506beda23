"""`hubbub backup`: a whole site in one file, while it runs."""

from pathlib import Path

import click

from hubbub.core.cli import takes_config
from hubbub.core.cli_db import borrowed_app
from hubbub.core.paths import default_config_path


@click.command("backup")
@takes_config
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write the database and the data folders into one new FILE; the server may go on meanwhile.

    All rows are of one moment. Of config.json there is a copy without its secrets: keep config.json itself elsewhere.
    The file holds password hashes and private messages; only its owner can read it.
    """
    with borrowed_app() as app:
        from hubbub.core.config.secrets import sanitized
        from hubbub.core.moving.backup import backup
        from hubbub.core.moving.places import Place

        config = app.config
        path = default_config_path().resolve()
        place = Place(config.SqlSettings, config.data_directory, "SqlSettings.DataSource", reads=True)
        try:
            said = backup(
                config,
                place,
                app.plugins.migrations(),
                file,
                sanitized(config, {}),
                {path, path.with_name(f"{path.name}.lock"), file.resolve()},
            )
        finally:
            place.close()
    click.echo(f"{file}: {said}")
