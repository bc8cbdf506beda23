"""`hubbub import bulk` and `hubbub export bulk`."""

from pathlib import Path
from typing import Final

import click

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.moving.meter import Meter
from hubbub.plugins.bulk.checking import Found
from hubbub.plugins.bulk.exporting import Options
from hubbub.plugins.bulk.service import Bulk
from hubbub.plugins.bulk.source import Source

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_FOLDER: Final = click.Path(path_type=Path, exists=True, file_okay=False)


def register(cli: click.Group, service: Bulk) -> None:
    """Add the commands."""
    imports = click.Group("import", help="Bring another server's data here.")
    imports.add_command(_import(service))
    exports = click.Group("export", help="Write this server's data for another.")
    exports.add_command(_export(service))
    cli.add_command(imports)
    cli.add_command(exports)


def _import(service: Bulk) -> click.Command:
    @click.command("bulk")
    @click.argument("file", type=_FILE)
    @click.option("--apply", "applies", is_flag=True, help="Check the file, then import it.")
    @click.option("--validate", "--validate-only", "validates", is_flag=True, help="Only check the file.")
    @click.option("--import-path", type=_FOLDER, help="Folder that holds data/ (default: that of the file).")
    @click.option("--ignore-attachments", is_flag=True, help="Import without any files: attachments, pictures, emoji.")
    def bulk(file: Path, applies: bool, validates: bool, import_path: Path | None, ignore_attachments: bool) -> None:
        """Import a site in Mattermost's bulk format: a .jsonl file, or a .zip with it and a folder data/.

        The whole file is checked before anything is stored. Interrupted, the same command goes on where it was. What
        is there already is changed as the file says: accounts, teams and channels are known by their names, messages
        by channel, author and time.
        """
        if applies == validates:
            raise CommandFailed("say --validate to check the file, or --apply to import it.")
        source = Source(file, import_path)
        try:
            found = _check(service, source, attachments=not ignore_attachments)
            if validates:
                click.echo(f"{file.name} can be imported: {_told(found)}.")
            else:
                _apply(service, source, found, attachments=not ignore_attachments)
        finally:
            source.close()

    return bulk


def _check(bulk: Bulk, source: Source, *, attachments: bool) -> Found:
    meter = Meter(source.size, "bytes")
    meter.step("checking")
    found = bulk.check(source, attachments=attachments, heard=meter.add)
    meter.end()
    return found


def _apply(bulk: Bulk, source: Source, found: Found, *, attachments: bool) -> None:
    meter = Meter(sum(found.lines.values()) - 1, "lines")
    meter.step("importing")
    importer = bulk.apply(source, found, attachments=attachments, heard=meter.add)
    if importer.resumed_at:
        click.echo(f"An interrupted import went on after line {importer.resumed_at:,}.")
    click.echo(f"Imported {source.path.name}: {_told(found)}. {meter.end()}, {importer.posts:,} messages among them.")


def _told(found: Found) -> str:
    kinds = {name: count for name, count in sorted(found.lines.items()) if name != "version"}
    listed = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in kinds.items()) or "nothing"
    return f"{listed} ({found.posts:,} messages with replies)"


def _export(service: Bulk) -> click.Command:
    @click.command("bulk")
    @click.argument("file", type=_FILE)
    @click.option("--all-teams", is_flag=True, expose_value=False, help="Always so: a file holds the whole site.")
    @click.option("--with-archived-channels", "--archived", "archived", is_flag=True, help="Archived channels too.")
    @click.option("--with-profile-pictures", "pictures", is_flag=True, help="Pictures of accounts too.")
    @click.option("--attachments", is_flag=True, help="Files of messages too.")
    @click.option("--archive", is_flag=True, help="Make a ZIP, whatever the file is called.")
    @click.option("--no-roles-and-schemes", is_flag=True, help="Leave out roles and schemes.")
    def bulk(
        file: Path, archived: bool, pictures: bool, attachments: bool, archive: bool,
        no_roles_and_schemes: bool,
    ) -> None:  # fmt: skip
        """Export everything in Mattermost's bulk format: lines of JSON, or a ZIP (a name that ends in .zip, --archive).

        Without a ZIP, files go to the folder data/ beside the lines. Passwords are never exported, nor what is deleted.
        """
        meter = Meter(service.size(), "lines")
        options = Options(archived=archived, attachments=attachments, pictures=pictures, roles=not no_roles_and_schemes)
        exporter = service.export(file, options, zipped=archive or file.suffix == ".zip", heard=meter.add)
        kinds = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in exporter.written.items() if count)
        click.echo(f"Exported to {file}: {kinds}. {meter.end()}.")
        for what, count in exporter.lost.items():
            click.echo(f"left out: {count:,} {what}")

    return bulk
