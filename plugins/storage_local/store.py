"""A folder as a file store: files appear whole or not at all, and never outside the folder."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Final

from hubbub.core.contracts.files import path_parts
from hubbub.core.ids import new_id

PIECE: Final = 256 << 10
UNFINISHED: Final = ".part"
TRIES: Final = 3


class LocalStore:
    """Implements `FileStore` below `root`.

    `run` calls a function that waits for the disk: in a thread, so that nobody else in the worker waits too.
    """

    driver_name = "local"

    def __init__(self, root: Path, run: Callable[..., Any] = lambda fn, *args: fn(*args)) -> None:
        self._root = root
        self._run = run

    def _path(self, path: str) -> Path:
        return self._root.joinpath(*path_parts(path))

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See `FileStore.read`."""
        with self._path(path).open("rb", buffering=0) as file:
            file.seek(start)
            left = None if end is None else end - start
            while left is None or left > 0:
                piece = file.read(PIECE if left is None else min(PIECE, left))
                if not piece:
                    return
                if left is not None:
                    left -= len(piece)
                yield piece

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        """See `FileStore.write`. Raises `OSError` for a full disk."""
        target = self._path(path)
        unfinished = target.parent / f".{new_id()}{UNFINISHED}"
        size = 0
        try:
            with _create(unfinished) as file:
                for piece in pieces:
                    file.write(piece)
                    size += len(piece)
                file.flush()
                self._run(os.fsync, file.fileno())
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)
        # The new name too must survive a power cut.
        self._run(_sync_folder, target.parent)
        return size

    def exists(self, path: str) -> bool:
        """See `FileStore.exists`."""
        return self._path(path).is_file()

    def size(self, path: str) -> int:
        """See `FileStore.size`."""
        return self._path(path).stat().st_size

    def modified(self, path: str) -> int:
        """See `FileStore.modified`."""
        return int(self._path(path).stat().st_mtime * 1000)

    def copy(self, source: str, target: str) -> None:
        """See `FileStore.copy`."""
        self.write(target, self.read(source))

    def move(self, source: str, target: str) -> None:
        """See `FileStore.move`."""
        old, new = self._path(source), self._path(target)
        new.parent.mkdir(parents=True, exist_ok=True)
        old.replace(new)
        self._run(_sync_folder, new.parent)

    def list(self, prefix: str) -> Iterator[str]:
        """See `FileStore.list`."""
        top = self._path(prefix) if prefix else self._root
        for folder, _, names in os.walk(top):
            for name in sorted(names):
                if not (name.startswith(".") and name.endswith(UNFINISHED)):
                    yield (Path(folder) / name).relative_to(self._root).as_posix()

    def remove(self, path: str) -> None:
        """See `FileStore.remove`. Folders that become empty go too."""
        file = self._path(path)
        with suppress(FileNotFoundError, NotADirectoryError):
            file.unlink()
        for folder in file.parents:
            if folder == self._root or not folder.is_relative_to(self._root):
                return
            try:
                folder.rmdir()
            except OSError:  # not empty, or gone already
                return

    def presigned_url(self, path: str, *, seconds: int, headers: Mapping[str, str]) -> str | None:
        """See `FileStore.presigned_url`: a folder has no addresses."""
        return None


def _create(path: Path) -> BinaryIO:
    for _ in range(TRIES):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever removes the last file of the folder at this moment removes the folder too.
        with suppress(FileNotFoundError):
            return path.open("wb")
    return path.open("wb")


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not every network drive can
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
