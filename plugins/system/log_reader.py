"""The end of the log file, page by page, without reading all of it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

CHUNK: Final = 65_536
MAX_READ: Final = 64 * 1024 * 1024
"""How far back a page may reach (bytes)."""


def last_lines(path: Path, *, page: int, per_page: int) -> list[str]:
    """Return a page of lines, oldest first; page 0 holds the newest. Raises `OSError`."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        wanted, read, lines = (page + 1) * per_page + 1, 0, 0
        pieces: list[bytes] = []
        while end - read > 0 and lines < wanted and read < MAX_READ:
            size = min(CHUNK, end - read)
            read += size
            file.seek(end - read)
            piece = file.read(size)
            lines += piece.count(b"\n")
            pieces.append(piece)
    found = b"".join(reversed(pieces)).decode("utf-8", "replace").splitlines(keepends=True)
    if read < end:
        found = found[1:]  # cut in the middle
    stop = max(0, len(found) - page * per_page)
    return found[max(0, stop - per_page) : stop]


def lines_backwards(path: Path) -> Iterator[str]:
    """Yield the lines of a file, newest first, at most `MAX_READ` bytes of it. Raises `OSError`."""
    with path.open("rb") as file:
        left = file.seek(0, os.SEEK_END)
        lowest, rest = max(0, left - MAX_READ), b""
        while left > lowest:
            size = min(CHUNK, left - lowest)
            left -= size
            file.seek(left)
            rest, *lines = (file.read(size) + rest).split(b"\n")
            for line in reversed(lines):
                if line:
                    yield line.decode("utf-8", "replace")
        if rest and lowest == 0:
            yield rest.decode("utf-8", "replace")


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the file as it is now, in pieces; what is appended meanwhile is left out. Raises `OSError`."""
    with path.open("rb") as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0 and (piece := file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece
