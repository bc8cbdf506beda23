"""Where an export goes: a .jsonl file with a folder data/ beside it, or one ZIP with both."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

from hubbub.core.contracts.bulk import BulkError
from hubbub.core.contracts.files import path_parts

LINES: Final = "import.jsonl"
FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The time of everything in the ZIP: the same site is the same file."""
PIECE: Final = 1 << 20


class Target:
    """Gets its name when everything is in it; before, and when something fails, nothing of that name is there."""

    def __init__(self, path: Path, *, zipped: bool, overwrite: bool = False) -> None:
        self.path, self._zipped = path, zipped
        if path.exists() and not overwrite:
            raise BulkError(
                "{path} is there already. Name another file; an export never overwrites one.", path=str(path)
            )
        if not path.absolute().parent.is_dir():
            raise BulkError(
                "there is no folder {folder}. Make it, or name another file.", folder=str(path.absolute().parent)
            )
        self._part = path.with_name(f".{path.name}.part")
        self._zip: zipfile.ZipFile | None = None
        self._lines: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if self._zipped:
            self._zip = zipfile.ZipFile(self._part, "w", allowZip64=True)
            # A ZIP takes one entry at a time: the lines wait until the attachments are in it.
            self._lines = tempfile.TemporaryFile(dir=self._part.parent)
        else:
            self._lines = self._part.open("wb", buffering=PIECE)
        return self

    def __exit__(self, *failure: object) -> None:
        for file in (self._lines, self._zip):
            if file is not None:
                with suppress(OSError, ValueError):
                    file.close()
        with suppress(FileNotFoundError):
            self._part.unlink()

    def write(self, lines: bytes) -> None:
        """Append lines."""
        if self._lines is not None:
            self._lines.write(lines)

    def add_file(self, path: str, pieces: Iterable[bytes]) -> None:
        """Put a file below data/."""
        parts = path_parts(path)
        if self._zip is not None:
            # Pictures and the like don't get smaller.
            with self._zip.open(zipfile.ZipInfo("/".join(["data", *parts]), FIRST_DAY), "w", force_zip64=True) as entry:
                for piece in pieces:
                    entry.write(piece)
            return
        place = self.path.absolute().parent.joinpath("data", *parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            for piece in pieces:
                file.write(piece)

    def finish(self) -> None:
        """Give the file its name: all of it is on the disk."""
        lines = self._lines
        if lines is None:
            return
        lines.flush()
        if self._zip is not None:
            lines.seek(0)
            info = zipfile.ZipInfo(LINES, FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            with self._zip.open(info, "w", force_zip64=True) as entry:
                shutil.copyfileobj(lines, entry, PIECE)
            self._zip.close()
            with self._part.open("rb") as whole:
                os.fsync(whole.fileno())
        else:
            os.fsync(lines.fileno())
        self._part.replace(self.path)
