"""The files of a site: what of its folders goes into a backup, and how it comes out of one."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.config import Config
from hubbub.core.moving.archive import DATA, FILES, Archive

_CHUNK: Final = 1 << 18
_OURS: Final = ".hubbub-restore"


def roots(config: Config) -> dict[str, Path]:
    """Return the folders by the beginning that their entries have in a backup.

    Files in a bucket aren't copied. Where both are one folder, it is that of files.
    """
    found: dict[str, Path] = {}
    if config.FileSettings.DriverName == "local":
        found[FILES] = Path(config.FileSettings.Directory)
    if config.data_directory.resolve() not in {folder.resolve() for folder in found.values()}:
        found[DATA] = config.data_directory
    return found


def files_of(config: Config, database: Path | None, ignored: set[Path]) -> Iterator[tuple[str, Path]]:
    """Yield entry and path of each file to back up: not the database, nor what belongs to running processes."""
    folders = roots(config)
    apart = {config.run_directory.resolve(), *(folder.resolve() for folder in folders.values())}
    base = database.resolve() if database is not None else None
    for beginning, folder in folders.items():
        for here, names, files in os.walk(folder):
            place = Path(here)
            names[:] = sorted(name for name in names if (place / name).resolve() not in apart)
            for name in sorted(files):
                path = place / name
                is_database = base is not None and path.parent.resolve() == base.parent and name.startswith(base.name)
                if is_database or path.resolve() in ignored or path.is_symlink() or not path.is_file():
                    continue
                if not name.startswith(_OURS):
                    yield beginning + path.relative_to(folder).as_posix(), path


def read(path: Path) -> Iterator[bytes]:
    """Yield a file's bytes; one that has gone meanwhile is empty."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except FileNotFoundError:
        return


def places(archive: Archive, config: Config) -> dict[str, Path]:
    """Return where each file of a backup goes. Raises `CommandFailed` when something else is in the way."""
    folders = roots(config)
    found: dict[str, Path] = {}
    for name, entry in archive.manifest.entries.items():
        beginning = next((text for text in (FILES, DATA) if name.startswith(text)), "")
        if not beginning:
            continue
        folder = folders.get(beginning) or (folders.get(FILES) if beginning == DATA else None)
        if folder is None:
            raise CommandFailed(
                "the backup has files, but FileSettings.DriverName isn't local here. Set it to local, restore, and move"
                " the files to the bucket afterwards."
            )
        path = folder / name.removeprefix(beginning)
        if not _is_below(path, folder):
            raise CommandFailed(
                f"{path} would be written outside of {folder}: a link leads out of it. Remove the link."
            )
        if path.exists() and not _is_same(path, entry.size, entry.sha256):
            raise CommandFailed(
                f"{path} is there already and differs. A backup is restored into empty folders only: move it away, or"
                " name other folders in FileSettings.Directory and HubbubSettings.DataDirectory."
            )
        found[name] = path
    return found


def _is_below(path: Path, folder: Path) -> bool:
    """Say whether a path stays in its folder, whatever links there are.

    SECURITY: the folder may hold links that somebody put there.
    """
    return path.parent.resolve().is_relative_to(folder.resolve()) and not path.is_symlink()


def _is_same(path: Path, size: int, sha256: str) -> bool:
    if not path.is_file() or path.stat().st_size != size:
        return False
    digest = hashlib.sha256()
    for chunk in read(path):
        digest.update(chunk)
    return digest.hexdigest() == sha256


def write(archive: Archive, name: str, path: Path) -> None:
    """Write a file of a backup; it has its name when it is whole."""
    if path.exists():  # the same one, `places` has compared it
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{_OURS}-{os.getpid()}")
    try:
        with part.open("wb") as file:
            for chunk in archive.chunks(name):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
