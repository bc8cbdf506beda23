"""The file itself: one writer at a time, and whole or not at all."""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hubbub.core.config.problems import ConfigError, ConfigWriteError, Problem

LOCK_SECONDS: Final = 5.0
LOCK_STEP_SECONDS: Final = 0.02
PRIVATE: Final = 0o600

Signature = tuple[int, int, int]


def read(path: Path) -> bytes:
    """Return the file's bytes. Raises `ConfigError` if it can't be read, `FileNotFoundError` if there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        remedy = "Let the user that runs the server read the file."
        raise ConfigError([Problem(str(path), None, f"It can't be read: {error.strerror}.", remedy)]) from error


def signature(path: Path) -> Signature | None:
    """Return what changes when the file does (device's inode, time in ns, size), None without a file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def write(path: Path, data: bytes) -> None:
    """Replace the file by one with `data`, so that a reader sees the old or the new one, even after a power cut.

    An existing file keeps its mode, a new one can be read by its owner only. A symbolic link is followed.
    Raises `ConfigWriteError`; the old file is then untouched.
    """
    target = path.resolve()
    temporary = ""
    try:
        if target.exists() and not os.access(target, os.W_OK, effective_ids=True):
            raise PermissionError(None, "the file is read-only")
        mode = target.stat().st_mode & 0o777 if target.exists() else PRIVATE
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            with suppress(OSError):
                Path(temporary).unlink()
        raise _unwritable(path, error) from error
    _sync_folder(target.parent)


def make_folder(path: Path) -> None:
    """Make the folder of the file if it is not there. Raises `ConfigWriteError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other writer, of this host, away from the file for the duration.

    A file of its own is locked, since replacing the configuration would leave the lock on the old one.
    Raises `ConfigWriteError` if another writer holds the lock for more than 5 seconds.
    """
    target = path.resolve()
    try:
        descriptor = os.open(target.with_name(f"{target.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        _acquire(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path) -> None:
    # Polled rather than awaited: a blocking flock would stop every greenlet of the process.
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                remedy = "Try again; if it stays so, look for a hanging `hubbub config` command."
                raise ConfigWriteError([Problem(str(path), None, "Another process is writing it.", remedy)]) from None
            time.sleep(LOCK_STEP_SECONDS)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> ConfigWriteError:
    remedy = (
        f"Let the user that runs the server write the file and its folder {path.resolve().parent} "
        "(in a container, mount the folder, not the file), or change the file by hand."
    )
    return ConfigWriteError([Problem(str(path), None, f"It can't be written: {error.strerror}.", remedy)])
