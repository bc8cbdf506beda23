"""Moving all files from one file store to another: compared after the copy, and gone on with after a kill."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from gevent.pool import Pool

from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.files import FileStore

AT_ONCE: Final = 8
OURS: Final = re.compile(r"(\d{8}|teams|users|emoji|brand|uploads)/")
"""What a server keeps in a file store. Its folder may hold a database and logs, too, which stay where they are."""
FOREVER: Final = re.compile(r"\d{8}/")
"""Files of posts: written once, and never changed."""
Outcome = Literal["copied", "there", "differs", "gone", "failed"]


class Moved(msgspec.Struct):
    """What became of the files: how many of each outcome, and bytes that were copied."""

    counts: Counter[Outcome] = msgspec.field(default_factory=Counter)
    size: int = 0
    left_out: set[str] = msgspec.field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Say whether all that the old store has is in the new one, too."""
        return not self.counts["failed"] and not self.counts["differs"]


class Journal:
    """What was compared, a line for each: after a kill it needn't be read again. Half a line counts for nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, int] = {}
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        for line in lines:
            size, tab, name = line.partition("\t")
            if tab and name.endswith("\t") and size.isdigit():
                self._known[name[:-1]] = int(size)
        self._file = path.open("a", encoding="utf-8")
        if lines:
            self._file.write("\n")

    def has(self, name: str, size: int) -> bool:
        """Say whether a file of this size was compared."""
        return FOREVER.match(name) is not None and self._known.get(name) == size

    def add(self, name: str, size: int) -> None:
        """Note that a file was compared."""
        self._file.write(f"{size}\t{name}\t\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Move:
    """From one store to another. Nothing that the new one has already is overwritten, unless `overwrites`."""

    def __init__(
        self, source: FileStore, target: FileStore, journal: Journal, *, overwrites: bool, say: Callable[[str], object]
    ) -> None:
        self._source, self._target, self._journal = source, target, journal
        self._overwrites = overwrites
        self._say = say

    def run(self, names: Iterable[str], moved: Moved, progress: Callable[[int], object]) -> list[str]:
        """Copy and compare; return what both stores have now."""
        both = []
        for name, outcome, size in Pool(AT_ONCE).imap_unordered(self._one, names, maxsize=AT_ONCE):
            moved.counts[outcome] += 1
            if outcome == "copied":
                moved.size += size
            if outcome in ("copied", "there"):
                both.append(name)
            progress(1)
        return both

    def _one(self, name: str) -> tuple[str, Outcome, int]:
        try:
            return name, *self._moved(name)
        except (AppError, OSError, ValueError) as error:
            self._say(f"{name}: {error.__cause__ or error}")
            return name, "failed", 0

    def _moved(self, name: str) -> tuple[Outcome, int]:
        try:
            size = self._source.size(name)
        except FileNotFoundError:
            return "gone", 0
        there = _size(self._target, name)
        if there == size and (
            self._journal.has(name, size) or _digest(self._source, name) == _digest(self._target, name)
        ):
            self._journal.add(name, size)
            return "there", size
        if there is not None and not self._overwrites:
            self._say(f"{name}: both stores have it, and they differ; kept as it is (--overwrite replaces it)")
            return "differs", size
        self._copy(name)
        self._journal.add(name, size)
        return "copied", size

    def _copy(self, name: str) -> None:
        digest = hashlib.sha256()

        def pieces() -> Iterator[bytes]:
            for piece in self._source.read(name):
                digest.update(piece)
                yield piece

        self._target.write(name, pieces())
        if _digest(self._target, name) != digest.digest():
            self._target.remove(name)
            raise OSError("the copy differs from the file: it was removed again")

    def remove(self, names: Iterable[str]) -> None:
        """Remove from the old store what both have."""
        for _ in Pool(AT_ONCE).imap_unordered(self._source.remove, names, maxsize=AT_ONCE):
            pass


def server_files(store: FileStore, moved: Moved) -> Iterator[str]:
    """Yield what a server keeps in a store, and note what else is there."""
    for name in store.list(""):
        if OURS.match(name) is not None:
            yield name
        else:
            moved.left_out.add(name.partition("/")[0])


def _size(store: FileStore, name: str) -> int | None:
    try:
        return store.size(name)
    except FileNotFoundError:
        return None


def _digest(store: FileStore, name: str) -> Any:
    digest = hashlib.sha256()
    for piece in store.read(name):
        digest.update(piece)
    return digest.digest()
