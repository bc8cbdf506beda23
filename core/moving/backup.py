"""`hubbub backup` and `hubbub restore`: a whole site in one file, from any engine to any."""

from collections.abc import Mapping
from pathlib import Path
from shutil import disk_usage
from typing import Any

import msgspec

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.config import Config
from hubbub.core.moving import folders, rows
from hubbub.core.moving.archive import CONFIG, Archive, Writer, lines
from hubbub.core.moving.copy import refuse_differences, refuse_strange
from hubbub.core.moving.meter import Meter
from hubbub.core.moving.offers import Plugins, offers, plan
from hubbub.core.moving.places import Place, Snapshot
from hubbub.core.moving.target import Target


def backup(
    config: Config, place: Place, plugins: Plugins, path: Path, shown: Mapping[str, Any], ignored: set[Path]
) -> str:
    """Write all rows as they are at this moment, and the files, into the new file `path`; say what it holds.

    The server may go on. `shown` is the configuration without secrets; files in `ignored` stay out. Nothing has the
    name `path` unless all of it is there. Raises `CommandFailed`, `OSError`.
    """
    refuse_strange(place)
    with Writer(path) as writer:
        writer.add(CONFIG, [msgspec.json.format(msgspec.json.encode(shown))])
        snapshot = Snapshot(place.db)
        try:
            tables, _ = offers(place.db, snapshot.fetch_all, plugins)
            meter = Meter(sum(table.rows for table in tables), "rows")
            for table in tables:
                meter.step(table.name)
                names = [column.name for column in table.columns]
                found = rows.batches(snapshot.fetch_all, place.db.dialect, table.name, names, table.key)
                writer.add(Archive.entry_of(table), lines(_counted(found, meter)))
        finally:
            snapshot.close()
        moved = meter.end()
        count = size = 0
        for name, file in folders.files_of(config, place.file, {*ignored, writer.part.resolve()}):
            size += writer.add(name, folders.read(file))
            count += 1
        is_local = config.FileSettings.DriverName == "local"
        writer.end(place.engine, tables, files=is_local)
    missing = "" if is_local else " The files of messages are in a bucket and not in it."
    return f"{moved} of {len(tables)} tables, {count} files ({size:,} bytes).{missing}"


def _counted(batches: Any, meter: Meter) -> Any:
    for batch in batches:
        meter.add(len(batch))
        yield batch


def restore(config: Config, place: Place, plugins: Plugins, path: Path) -> list[str]:
    """Bring a backup back into an empty database and empty folders; return what the user should know.

    All of the file is checked before anything is changed. Until everything is there and was compared, the database is
    marked as half done: no server starts on it, and the same call begins anew. Raises `CommandFailed`, `OSError`.
    """
    archive = Archive(path)
    try:
        archive.check()
        wanted = folders.places(archive, config)
        _refuse_small(archive, wanted)
        place.tables()
        if others := place.others():
            raise CommandFailed(f"{place.name} is in use ({others}). Stop the server, then restore.")
        to = Target(place, plugins, archive.manifest.engine)
        to.begin(f"restore of backup {archive.manifest.id}", resumes=False)
        planned = plan(archive.manifest.tables, archive.manifest.engine, place.db, to.adopt)
        meter = Meter(planned.rows, "rows")
        for task in planned.tasks:
            meter.step(task.name)
            to.write(task, archive.rows(task.offered, task.columns, rows.BATCH), meter.add)
        moved = meter.end()
        refuse_differences(planned, to)
        for name, file in wanted.items():
            folders.write(archive, name, file)
        to.finish()
    finally:
        archive.close()
    notes = [f"left out: {text}" for text in planned.left_out]
    if to.replaced:
        notes.append(f"{to.replaced} texts held NUL, which PostgreSQL can't store: U+FFFD is there instead")
    return [f"{moved} of {len(planned.tasks)} tables, {len(wanted)} files", *notes]


def _refuse_small(archive: Archive, wanted: Mapping[str, Path]) -> None:
    """Raise `CommandFailed` when the disk has no room for the files."""
    needed: dict[Path, int] = {}
    for name, path in wanted.items():
        if not path.exists():
            folder = next(parent for parent in path.absolute().parents if parent.is_dir())
            needed[folder] = needed.get(folder, 0) + archive.manifest.entries[name].size
    for folder, size in needed.items():
        free = disk_usage(folder).free
        if free < size:
            raise CommandFailed(
                f"the files need {size:,} bytes in {folder}, {free:,} are free. Make room; nothing was changed."
            )
