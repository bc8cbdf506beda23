"""The backup file: a ZIP of one JSON line per row, the files as they are, and a manifest with every entry's hash."""

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from hubbub import __version__
from hubbub.core.cli_errors import CommandFailed
from hubbub.core.clock import now_ms
from hubbub.core.db import Row
from hubbub.core.db.dialects import Engine
from hubbub.core.ids import new_id
from hubbub.core.moving.offers import Offered

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
CONFIG: Final = "config.json"
FILES: Final = "files/"
DATA: Final = "data/"
_CHUNK: Final = 1 << 18
_LARGEST_MANIFEST: Final = 1 << 28
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*")


class Entry(msgspec.Struct, frozen=True):
    """What an entry of the archive must be: its size in bytes and its SHA-256 in hex."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What is in a backup. `created_at` in ms; `files` says whether the files of messages are in it."""

    format: int
    id: str
    version: str
    created_at: int
    engine: Engine
    tables: tuple[Offered, ...]
    entries: dict[str, Entry]
    files: bool


class Writer:
    """Writes a backup to a file that gets its name when all of it is on the disk, and goes when anything fails."""

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise CommandFailed(f"{path} is there already. Name another file; a backup never overwrites one.")
        if not path.absolute().parent.is_dir():
            raise CommandFailed(f"there is no folder {path.absolute().parent}. Make it, or name another file.")
        self.path = path
        self.part = path.with_name(f".{path.name}.part-{os.getpid()}")
        self.entries: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        # SECURITY: password hashes, tokens and every private message are in it.
        descriptor = os.open(self.part, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        return self

    def add(self, name: str, chunks: Iterable[bytes]) -> int:
        """Add an entry and return its size in bytes. Raises `OSError` (a full disk)."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as entry:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                entry.write(chunk)
        self.entries[name] = Entry(size, digest.hexdigest())
        return size

    def end(self, engine: Engine, tables: Iterable[Offered], *, files: bool) -> None:
        """Write the manifest and give the file its name."""
        manifest = Manifest(FORMAT, new_id(), __version__, now_ms(), engine, tuple(tables), self.entries, files)
        self._zip.writestr(MANIFEST, msgspec.json.encode(manifest))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        try:
            os.link(self.part, self.path)  # unlike a rename it doesn't replace what somebody put there meanwhile
        except FileExistsError as error:
            raise CommandFailed(f"{self.path} has appeared meanwhile. Name another file.") from error

    def __exit__(self, *_error: object) -> None:
        with suppress(OSError, ValueError):
            self._zip.close()
        self._file.close()
        self.part.unlink(missing_ok=True)


def lines(batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """Return rows as they are in a backup, a chunk for each batch."""
    encoder = msgspec.json.Encoder()
    for batch in batches:
        yield b"".join(encoder.encode(row) + b"\n" for row in batch)


class Archive:
    """A backup to read. Nothing in it is believed before `check`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise CommandFailed(f"there is no file {path}.") from error
        except zipfile.BadZipFile as error:
            raise self._refused(f"it isn't a backup, or its end is missing ({error})") from error
        self.manifest = self._manifest()

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def _refused(self, why: str) -> CommandFailed:
        return CommandFailed(f"{self.path} can't be restored: {why}. Take another backup; nothing was changed.")

    def _manifest(self) -> Manifest:
        try:
            info = self._zip.getinfo(MANIFEST)
            if info.file_size > _LARGEST_MANIFEST:
                raise self._refused("its manifest is too large")
            text = self._zip.read(MANIFEST)
            found = msgspec.json.decode(text, type=dict[str, Any]).get("format")
        except KeyError as error:
            raise self._refused("it is a ZIP file, but not a backup made by Hubbub") from error
        except (zipfile.BadZipFile, msgspec.MsgspecError, OSError, EOFError) as error:
            raise self._refused(f"its manifest is damaged ({error})") from error
        if found != FORMAT:
            raise CommandFailed(
                f"{self.path} has format {found!r}, this version reads format {FORMAT}. Restore it with the Hubbub that"
                " made it, or a later one."
            )
        try:
            return msgspec.json.decode(text, type=Manifest)
        except msgspec.MsgspecError as error:
            raise self._refused(f"its manifest is damaged ({error})") from error

    def check(self) -> None:
        """Read all of it and compare with the manifest. Raises `CommandFailed` that names what is wrong."""
        names = sorted(self._zip.namelist())
        if names != sorted({*self.manifest.entries, MANIFEST}):
            raise self._refused("its entries aren't those of its manifest")
        for name in self.manifest.entries:
            # SECURITY: an entry must not be written anywhere else than below the folders that it is for.
            if not _is_safe(name):
                raise self._refused(f"the path {name!r} leads out of its folder")
        for table in self.manifest.tables:
            # SECURITY: these become part of statements.
            for word in (table.name, *(column.name for column in table.columns)):
                if not _NAME.fullmatch(word):
                    raise self._refused(f"{word!r} isn't a name of a table or column")
            if self.entry_of(table) not in self.manifest.entries:
                raise self._refused(f"the rows of {table.name} are missing")
        for name in self.manifest.entries:
            for _ in self.chunks(name):
                pass

    @staticmethod
    def entry_of(table: Offered) -> str:
        """Return the entry with a table's rows."""
        return f"tables/{table.name}.jsonl"

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield an entry's bytes; raises `CommandFailed` at the end when they aren't those of the manifest."""
        wanted, digest, size = self.manifest.entries[name], hashlib.sha256(), 0
        try:
            with self._zip.open(name) as entry:
                while chunk := entry.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    if size > wanted.size:
                        break
                    yield chunk
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
            raise self._refused(f"{name} is damaged ({error})") from error
        if (size, digest.hexdigest()) != (wanted.size, wanted.sha256):
            raise self._refused(f"{name} isn't what was backed up (its hash differs)")

    def rows(self, table: Offered, columns: Iterable[str], batch: int) -> Iterator[list[Row]]:
        """Yield a table's rows, the values of `columns` in their order."""
        names = [column.name for column in table.columns]
        places = [names.index(column) for column in columns]
        kinds = table.kinds(self.manifest.engine)
        binary = {place for place in places if kinds[place] == "bytes"}
        waiting: list[Row] = []
        for line in self._lines(self.entry_of(table)):
            values = msgspec.json.decode(line)
            waiting.append(tuple(_value(values[place], place in binary) for place in places))
            if len(waiting) == batch:
                yield waiting
                waiting = []
        if waiting:
            yield waiting

    def _lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for chunk in self.chunks(name):
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole
        if rest:
            yield rest


def _value(value: Any, is_binary: bool) -> Any:
    return msgspec.convert(value, bytes) if is_binary and value is not None else value


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return not (name.startswith("/") or "\\" in name or "\0" in name or {"", ".", ".."} & set(parts))
