"""SQLite's file is locked by somebody else, or its disk is full: clear errors, no damage, and then all is well."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import gevent
import pytest

from hubbub.core.testing import LiveServer
from hubbub.core.testing.client import Answer
from hubbub.tests.failures.kit import Load, Room, check_nothing_lost, check_refusals, config_for
from hubbub.tests.services.databases import DatabaseSource

WAIT_S = 1
DISK = "16m"


def check_whole(source: DatabaseSource) -> None:
    with closing(sqlite3.connect(source.data_source)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_file_that_somebody_else_locks_is_a_503_and_then_fine(sqlite_database: DatabaseSource) -> None:
    with LiveServer(config_for(sqlite_database, SqlSettings={"QueryTimeout": WAIT_S})) as server:
        room = Room(server, posters=2)
        with closing(sqlite3.connect(sqlite_database.data_source, isolation_level=None)) as locker:
            locker.execute("BEGIN EXCLUSIVE")
            with Load(room) as load:
                gevent.sleep(WAIT_S * 2.5)
                assert server.client().get("/system/ping").status == 200
            locker.execute("ROLLBACK")
        assert load.refused
        assert not load.kept
        check_refusals(load.refused, 503)
        assert {answer.error for answer in load.refused} == {"store.sql.busy.app_error"}
        with Load(room) as load:
            load.more()
        assert not load.refused
    check_nothing_lost(sqlite_database, load.kept)
    check_whole(sqlite_database)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder on a file system of its own, of `DISK` bytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk can't be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room that is left."""
    ballast = folder / "ballast"
    for size in (65_536, 512):
        with ballast.open("ab", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * size):
                pass
    return ballast


@pytest.mark.optional_elsewhere("a small disk of its own, which a container without privileges cannot mount")
def test_a_full_disk_is_a_503_until_there_is_room(small_disk: Path) -> None:
    source = DatabaseSource("sqlite", str(small_disk / "hubbub.db"))
    with LiveServer(config_for(source)) as server:
        room = Room(server, posters=2)
        with Load(room) as load:
            load.more()
            ballast = fill(small_disk)
            refused = until_refused(load)
            assert refused.error in ("store.sql.full.app_error", "store.sql.unavailable.app_error"), refused
            reader = room.posters[0]
            assert reader.get(f"/channels/{room.channel['id']}/posts").status == 200
            ballast.unlink()
            load.more()
        assert not load.cut
        check_refusals(load.refused, 503)
    check_nothing_lost(source, load.kept)
    check_whole(source)


def until_refused(load: Load) -> Answer:
    with gevent.Timeout(30):
        while not load.refused:
            gevent.sleep(0.02)
    return load.refused[0]


@pytest.mark.optional_elsewhere("a small disk of its own, which a container without privileges cannot mount")
def test_a_full_disk_of_the_log_costs_records_not_requests(small_disk: Path, sqlite_database: DatabaseSource) -> None:
    log = {"EnableFile": True, "FileLevel": "DEBUG", "FileLocation": str(small_disk), "EnableConsole": False}
    config = config_for(sqlite_database, LogSettings=log, HubbubSettings={"LogAccess": True})
    with LiveServer(config) as server:
        room = Room(server, posters=2)
        ballast = fill(small_disk)
        with Load(room) as load:
            load.more(100)
            assert not load.refused
            ballast.unlink()
            load.more()
    assert not load.refused
    check_nothing_lost(sqlite_database, load.kept)
    lines = (small_disk / "hubbub.log").read_text().splitlines()
    posts = [line for line in lines if line.startswith("{") and line.endswith("}") and '"/api/v4/posts"' in line]
    assert len(posts) >= 30, "records are written again"
    torn = [line for line in lines if not (line.startswith("{") and line.endswith("}"))]
    assert len(torn) <= 1, torn
