"""`hubbub files`: from one file store to another, and what belongs to nothing."""

from typing import Final

import click

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.contracts.files import FileStore, FileStores
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.moving.meter import Meter
from hubbub.plugins.files.moving import Journal, Move, Moved, server_files
from hubbub.plugins.files.orphans import DAYS_DEFAULT, Orphans

ALIASES: Final = {"s3": "amazons3"}


def file_commands(context: PluginContext, stores: FileStores, orphans: Orphans) -> click.Group:
    """Return the group `files`."""
    group = click.Group("files", help="Move files from one store to another, find those that belong to nothing.")
    group.add_command(_move(context, stores))
    group.add_command(_orphans(orphans))
    return group


def _move(context: PluginContext, stores: FileStores) -> click.Command:
    @click.command("move", help="Copy all files from one store to another, and compare them. May be run again.")
    @click.option("--from", "old", required=True, help="Where the files are: local or s3.")
    @click.option("--to", "new", required=True, help="Where they shall be.")
    @click.option("--dry-run", is_flag=True, help="Only count.")
    @click.option("--overwrite", is_flag=True, help="Replace files that differ from those of the same name there.")
    @click.option(
        "--delete-source", is_flag=True, help="Remove the old files, when all of them are there and compared."
    )
    def move(old: str, new: str, dry_run: bool, overwrite: bool, delete_source: bool) -> None:
        source, target = _store(stores, old), _store(stores, new)
        if source is target:
            raise CommandFailed("--from and --to name the same store.")
        if dry_run:
            click.echo(_counted(source, target))
            return
        names = (source.driver_name, target.driver_name)
        journal = Journal(context.data_directory / f"files-move-{'-'.join(names)}.journal")
        try:
            _run(source, target, journal, overwrite=overwrite, delete_source=delete_source)
        finally:
            journal.close()
        if delete_source:
            journal.path.unlink()

    return move


def _orphans(orphans: Orphans) -> click.Command:
    @click.command("orphans", help="List uploads that no message has, and stored files that the database doesn't know.")
    @click.option(
        "--days", type=click.IntRange(min=1), default=DAYS_DEFAULT, show_default=True, help="Older than this."
    )
    @click.option("--delete", is_flag=True, help="Remove them. Make a backup before.")
    def list_orphans(days: int, delete: bool) -> None:
        uploads = unknown = 0
        for orphan in orphans.find(days):
            uploads, unknown = uploads + (orphan.file is not None), unknown + (orphan.file is None)
            click.echo(f"{'upload' if orphan.file else 'unknown'}\t{orphan.path}")
            if delete:
                orphans.remove(orphan)
        told = "were removed" if delete else "are there; --delete removes them"
        click.echo(f"{uploads:,} uploads that no message has and {unknown:,} unknown files {told}.", err=True)

    return list_orphans


def _run(source: FileStore, target: FileStore, journal: Journal, *, overwrite: bool, delete_source: bool) -> None:
    moved = Moved()
    click.echo("Listing …", err=True)
    meter = Meter(0, "files")
    move = Move(source, target, journal, overwrites=overwrite, say=lambda text: meter.say(text))
    names = list(server_files(source, moved))
    meter = Meter(len(names), "files")
    both = move.run(names, moved, meter.add)
    meter.end()
    click.echo(_told(moved))
    if not moved.is_whole:
        raise CommandFailed("not all files are there: see above, and run the same command again. Nothing was removed.")
    if delete_source:
        move.remove(both)
        click.echo(f"{len(both):,} files were removed from the old store.")
    elif moved.counts["copied"]:
        click.echo(
            f'Now set FileSettings.DriverName to "{target.driver_name}", restart the server, and run this again for'
            " what was uploaded meanwhile."
        )


def _told(moved: Moved) -> str:
    counts = moved.counts
    text = (
        f"{counts['copied']:,} files ({moved.size:,} bytes) were copied and compared, {counts['there']:,} were there."
    )
    if counts["differs"] or counts["failed"]:
        text += f" {counts['failed']:,} failed, {counts['differs']:,} differ."
    if moved.left_out:
        text += f" Not a server's, so left where it is: {', '.join(sorted(moved.left_out)[:10])}."
    return text


def _counted(source: FileStore, target: FileStore) -> str:
    moved = Moved()
    count = size = there = 0
    for name in server_files(source, moved):
        count += 1
        size += source.size(name)
        there += target.exists(name)
    return f"{count:,} files ({size:,} bytes) in the old store, {there:,} of them are in the new one. Nothing was done."


def _store(stores: FileStores, name: str) -> FileStore:
    store = stores.known.get(ALIASES.get(name, name))
    if store is None:
        raise CommandFailed(f"there is no store {name!r}; there are: {', '.join(sorted(stores.known)) or 'none'}.")
    return store
