"""The log file: appended to by every worker, rotated by whichever finds it full, followed by the others."""

import contextlib
import errno
import fcntl
import os
import sys
from pathlib import Path
from time import monotonic
from typing import Final

MAX_BYTES: Final = 100 * 1024 * 1024
KEPT: Final = 5
_CHECK_EVERY_S: Final = 1.0
_COMPLAIN_EVERY_S: Final = 60.0


class RotatingFile:
    """An append-only file that becomes `name.1` at `max_bytes`; `kept` old files stay.

    A record is one write to a file opened for appending, so records of several processes don't mix.
    Raises `OSError` when it can't be opened or written.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, kept: int = KEPT) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._kept = kept
        self._checked = 0.0
        self._complained = -_COMPLAIN_EVERY_S
        self._is_torn = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = self._open()

    def _open(self) -> int:
        # SECURITY: logs tell who does what; only the server's own user and group read them.
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def write(self, line: bytes) -> None:
        """Append one record; half a one that a full disk left is ended first."""
        if monotonic() - self._checked > _CHECK_EVERY_S:
            self._check()
        if self._is_torn:
            line = b"\n" + line
        written = os.write(self._fd, line)
        self._is_torn = written < len(line)
        if self._is_torn:
            raise OSError(errno.ENOSPC, "the end of a record did not fit")

    def _check(self) -> None:
        self._checked = monotonic()
        if self._moved():
            self._reopen()
        elif os.fstat(self._fd).st_size >= self._max_bytes:
            self._rotate()

    def _moved(self) -> bool:
        """Say whether another worker (or logrotate) has put another file under our name."""
        try:
            there = self.path.stat()
        except FileNotFoundError:
            return True
        here = os.fstat(self._fd)
        return (there.st_ino, there.st_dev) != (here.st_ino, here.st_dev)

    def _reopen(self) -> None:
        fresh = self._open()
        os.close(self._fd)
        self._fd = fresh

    def _rotate(self) -> None:
        """Rename under a lock, so that two workers don't both do it."""
        lock = os.open(self.path.with_name(self.path.name + ".lock"), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._moved():
                for number in range(self._kept, 0, -1):
                    older = self.path if number == 1 else self._numbered(number - 1)
                    with contextlib.suppress(FileNotFoundError):
                        older.replace(self._numbered(number))
            self._reopen()
        finally:
            os.close(lock)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def complain(self, error: OSError) -> None:
        """Say on standard error that the file can't be written, once a minute."""
        if monotonic() - self._complained > _COMPLAIN_EVERY_S:
            self._complained = monotonic()
            with contextlib.suppress(OSError):
                sys.stderr.write(f"hubbub: the log file {self.path} can't be written: {error}\n")

    def close(self) -> None:
        """Close the file; writing after this is an error of the caller."""
        os.close(self._fd)
