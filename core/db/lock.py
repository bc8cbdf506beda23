"""A lock that all processes of all hosts on one database share; the engine lets go of it when its holder dies."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

import gevent

from hubbub.core.db import errors
from hubbub.core.db.database import Database

_RETRY_S: Final = 0.1
_POSTGRES_KEY: Final = 0x48756262  # "Hubb"
_ASK: Final = {
    "postgres": f"SELECT pg_try_advisory_lock({_POSTGRES_KEY}, hashtext(?))",
    "mysql": "SELECT GET_LOCK(concat(left(DATABASE(), 20), '.', ?), 0)",
}


@contextmanager
def shared_lock(db: Database, name: str, *, wait: float) -> Iterator[None]:
    """Hold the lock `name`, waiting at most `wait` seconds for it. Raises `StoreBusy`."""
    if db.engine == "sqlite":
        yield from _file_lock(db, name, wait)
    else:
        yield from _server_lock(db, name, wait)


def _server_lock(db: Database, name: str, wait: float) -> Iterator[None]:
    """Keep a connection of its own for the lock: it belongs to the connection."""
    session = db.pool.connect_alone()
    text = db.prepare(_ASK[db.engine]).text
    try:
        try:
            _until(lambda: bool((session.fetch_one(text, (name,)) or (0,))[0]), name, wait)
        except Exception as error:
            named = session.translate(error)
            if named is None:
                raise
            raise named from error
        yield
    finally:
        session.close()  # which releases the lock, whatever has happened


def _file_lock(db: Database, name: str, wait: float) -> Iterator[None]:
    rows = [row for row in db.fetch_all("PRAGMA database_list") if row[1] == "main"]
    path = str(rows[0][2]) if rows else ""
    if not path:  # in memory: nobody else has it
        yield
        return
    with Path(f"{path}.{name}.lock").open("w") as file:
        _until(lambda: _try_file(file.fileno()), name, wait)
        yield


def _try_file(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(descriptor).st_nlink > 0


def _until(attempt: Callable[[], bool], name: str, wait: float) -> None:
    give_up = monotonic() + wait
    while not attempt():
        if monotonic() > give_up:
            raise errors.StoreBusy(detailed_error=f"somebody else has held the lock {name} for {wait:g} s")
        gevent.sleep(_RETRY_S)
