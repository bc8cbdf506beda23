"""Files to import: lines of JSON alone, or a ZIP with them and a folder data/ of attachments."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from hubbub.core.contracts.bulk import BulkError
from hubbub.core.contracts.files import BadPath, path_parts

MAX_LINE: Final = 16 << 20
PIECE: Final = 256 << 10
MAX_RATIO: Final = 250
"""How many times smaller packed data may be: text shrinks to a twentieth, a trap to a thousandth."""
SMALL: Final = 64 << 20
"""Bytes below which nobody cares about that."""
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


class Source:
    """An import's file. Close it."""

    def __init__(self, path: Path, folder: Path | None = None) -> None:
        self.path = path
        if not path.is_file():
            raise BulkError("{path} isn't there, or isn't a file.", path=str(path))
        self._zip: zipfile.ZipFile | None = None
        self._entry: zipfile.ZipInfo | None = None
        # SECURITY: attachments come from here or from below, never from elsewhere.
        self._folder = (folder or path.parent).resolve()
        if zipfile.is_zipfile(path):
            self._open_zip()
        elif path.suffix == ".zip":
            raise BulkError("{path} is no ZIP file, or its end is missing: copy it again.", path=path.name)

    def _open_zip(self) -> None:
        try:
            self._zip = zipfile.ZipFile(self.path)
        except _BROKEN as error:
            raise BulkError(
                "{path} is a broken ZIP file ({why}): copy it again.", path=self.path.name, why=error
            ) from None
        for info in self._zip.infolist():
            _check_entry(info)
        tops = [info for info in self._zip.infolist() if "/" not in info.filename and info.filename.endswith(".jsonl")]
        if len(tops) != 1:
            raise BulkError(
                "{path} holds {count} .jsonl files beside its folders; an import has exactly one, import.jsonl.",
                path=self.path.name,
                count=len(tops),
            )
        self._entry = tops[0]

    def close(self) -> None:
        """Close the file."""
        if self._zip is not None:
            self._zip.close()

    @property
    def size(self) -> int:
        """Bytes of the lines."""
        return self.path.stat().st_size if self._entry is None else self._entry.file_size

    def _open(self) -> IO[bytes]:
        if self._zip is None or self._entry is None:
            return self.path.open("rb", buffering=1 << 20)
        return io.BufferedReader(_Raw(self._zip.open(self._entry)), 1 << 20)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Yield (number from 1, line); empty lines are passed over."""
        with self._open() as file:
            number = 0
            while True:
                try:
                    line = file.readline(MAX_LINE + 1)
                except _BROKEN as error:
                    raise BulkError(
                        "line {line}: the ZIP file is broken here ({why}): copy it again.", line=number + 1, why=error
                    ) from None
                if not line:
                    return
                number += 1
                if len(line) > MAX_LINE:
                    raise BulkError("line {line} has more than {limit} bytes.", line=number, limit=MAX_LINE)
                if not line.isspace():
                    yield number, line

    def has(self, path: str) -> bool:
        """Say whether there is an attachment. Raises `BulkError` for a path that leads elsewhere."""
        return self._find(path) is not None

    def _find(self, path: str) -> Any:
        try:
            parts = path_parts(path)
        except BadPath:
            raise BulkError(
                "the path {path!r} leads out of the import's folder: a path is like data/picture.png.", path=path
            ) from None
        if parts[0] == "data":
            parts = parts[1:]
        inside = str(PurePosixPath("data", *parts))
        if self._zip is not None:
            with suppress(KeyError):
                return self._zip.getinfo(inside)
            return None
        for found in (self._folder / inside, self._folder.joinpath(*parts)):
            # SECURITY: a link in the folder may lead anywhere.
            if found.is_file() and found.resolve().is_relative_to(self._folder):
                return found
        return None

    def file(self, path: str) -> Iterator[bytes]:
        """Yield an attachment's bytes. Raises `BulkError`."""
        found = self._find(path)
        if found is None:
            raise BulkError("the attachment {path} is missing in {file}.", path=path, file=self._where())
        try:
            with self._zip.open(found) if self._zip is not None else found.open("rb") as file:
                while piece := file.read(PIECE):
                    yield piece
        except _BROKEN as error:
            raise BulkError("the attachment {path} is broken in the ZIP file: {why}", path=path, why=error) from None

    def _where(self) -> str:
        return f"{self.path.name}, folder data/" if self._zip is not None else str(self._folder)


class Fingerprint:
    """What a file is known by: a hash of its lines."""

    def __init__(self) -> None:
        self._hash = blake2b(digest_size=32)

    def add(self, line: bytes) -> None:
        """Take the next line."""
        self._hash.update(line)

    @property
    def text(self) -> str:
        """64 hexadecimal digits."""
        return self._hash.hexdigest()


class _Raw(io.RawIOBase):
    """An entry of a ZIP as a raw file: its own way to find lines takes ten times as long as a buffer's."""

    def __init__(self, entry: Any) -> None:
        self._entry = entry

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the next bytes."""
        data: bytes = self._entry.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the entry."""
        if not self.closed:
            self._entry.close()
        super().close()


def _check_entry(info: zipfile.ZipInfo) -> None:
    """Raise `BulkError` for what is there to do harm."""
    # SECURITY: entries are never unpacked by their names; who names such a place means no good all the same.
    name = info.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        raise BulkError("the ZIP file names {name!r}, a place outside of it: it isn't imported.", name=name)
    if info.flag_bits & 1:
        raise BulkError("{name} in the ZIP file is encrypted: pack it without a password.", name=name)
    # SECURITY: a small file that unpacks to a huge one fills the disk.
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise BulkError(
            "{name} in the ZIP file would unpack from {packed} to {size} bytes, which nothing honest does.",
            name=name,
            packed=info.compress_size,
            size=info.file_size,
        )
