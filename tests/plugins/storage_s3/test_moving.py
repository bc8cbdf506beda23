"""`hubbub files move`: from a folder into a bucket and back."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.testing.app import config_document
from hubbub.plugins.files import commands
from hubbub.plugins.files.moving import Journal, Move, Moved, server_files
from hubbub.plugins.storage_local.store import LocalStore
from hubbub.plugins.storage_s3.store import S3Store
from hubbub.tests.core.cli_kit import COMMAND, environment
from hubbub.tests.plugins.storage_s3.kit import store_in
from hubbub.tests.services.s3 import S3Server

NAMES = ["20261126/teams/a.txt", "20261126/teams/ä b.txt", "emoji/x/image", "users/u/profile.png", "brand/image.png"]


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    """Return a folder with files of a server and others."""
    store = LocalStore(tmp_path / "data")
    for name in NAMES:
        store.write(name, [name.encode()])
    for other in ("hubbub.db", "run/socket", "logs/hubbub.log"):
        store.write(other, [b"mine"])
    return store


@pytest.fixture
def bucket(s3_server: S3Server) -> S3Store:
    return store_in(s3_server)


def moved(source: Any, target: Any, journal: Path, said: list[str] | None = None, **options: Any) -> Moved:
    """Move, and return what came of it."""
    result, kept = Moved(), Journal(journal)
    options = {"overwrites": False, "say": (said if said is not None else []).append, **options}
    try:
        Move(source, target, kept, **options).run(server_files(source, result), result, lambda count: None)
    finally:
        kept.close()
    return result


def test_what_is_a_servers_is_copied_and_nothing_else(local: LocalStore, bucket: S3Store, tmp_path: Path) -> None:
    result = moved(local, bucket, tmp_path / "journal")
    assert result.counts == {"copied": 5}
    assert result.size == sum(len(name.encode()) for name in NAMES)
    assert result.left_out == {"hubbub.db", "run", "logs"}
    assert sorted(bucket.list("")) == sorted(NAMES)
    assert b"".join(bucket.read(NAMES[1])).decode() == NAMES[1]
    assert sorted(server_files(local, Moved())) == sorted(NAMES), "the source is kept"
    back = LocalStore(tmp_path / "back")
    assert moved(bucket, back, tmp_path / "journal-back").counts == {"copied": 5}
    assert sorted(back.list("")) == sorted(NAMES)


class Counting:
    """A store that counts what is read of it and written to it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.written: list[str] = []
        self.was_read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        self.written.append(path)
        return int(self._store.write(path, pieces))

    def read(self, path: str, **part: Any) -> Any:
        self.was_read.append(path)
        return self._store.read(path, **part)


def test_what_was_compared_is_not_read_again(local: LocalStore, bucket: S3Store, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    moved(local, bucket, journal)
    # Cut off in the middle of its last line, as by a kill.
    journal.write_text(journal.read_text() + "17\t20261126/teams/a.t")
    local.write("20261126/teams/new.txt", [b"new"])
    target = Counting(bucket)
    assert moved(local, target, journal).counts == {"there": 5, "copied": 1}
    assert target.written == ["20261126/teams/new.txt"]
    # What can change under its name is compared again, files of posts aren't.
    assert sorted(target.was_read) == sorted([*NAMES[2:], "20261126/teams/new.txt"])


def test_what_is_newer_there_is_not_overwritten(local: LocalStore, bucket: S3Store, tmp_path: Path) -> None:
    bucket.write("users/u/profile.png", [b"a newer picture"])
    said: list[str] = []
    result = moved(local, bucket, tmp_path / "journal", said)
    assert (result.counts["differs"], result.is_whole) == (1, False)
    assert b"".join(bucket.read("users/u/profile.png")) == b"a newer picture"
    assert "users/u/profile.png: both stores have it, and they differ" in said[0]
    assert moved(local, bucket, tmp_path / "journal", overwrites=True).is_whole
    assert b"".join(bucket.read("users/u/profile.png")) == b"users/u/profile.png"


def test_a_copy_that_differs_is_found_and_removed(local: LocalStore, bucket: S3Store, tmp_path: Path) -> None:
    class Damages(Counting):
        def write(self, path: str, pieces: Iterable[bytes]) -> int:
            return int(self._store.write(path, [b"".join(pieces)[:-1] + b"?"]))

    said: list[str] = []
    result = moved(local, Damages(bucket), tmp_path / "journal", said)
    assert result.counts == {"failed": 5}
    assert "the copy differs from the file" in said[0]
    assert list(bucket.list("")) == []


def test_the_command_goes_on_after_a_kill(local: LocalStore, s3_server: S3Server, tmp_path: Path) -> None:
    for number in range(100):
        local.write(f"20261127/{number}", [bytes(10_000)])
    section = s3_server.file_settings(DriverName="local", Directory=str(tmp_path / "data"))
    bucket = store_in(s3_server, section["AmazonS3Bucket"])
    document = config_document(tmp_path / "server", {"FileSettings": section})
    (tmp_path / "config.json").write_text(json.dumps(document))
    move = [*COMMAND, "files", "move", "--from", "local", "--to", "s3"]
    with subprocess.Popen(move, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE, text=True) as process:
        while not any(bucket.list("20261127")) and process.poll() is None:
            pass
        process.kill()
    before = len(list(bucket.list("")))
    assert 0 < before < 105, "it was killed too late: this shows nothing"
    again = [*move, "--delete-source"]
    done = subprocess.run(again, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert "were copied and compared" in done.stdout
    assert "105 files were removed from the old store" in done.stdout
    assert "left where it is: hubbub.db, logs, run" in done.stdout
    assert len(list(bucket.list(""))) == 105
    assert sorted(local.list("")) == ["hubbub.db", "logs/hubbub.log", "run/socket"]


def test_it_can_be_counted_before(local: LocalStore, bucket: S3Store) -> None:
    bucket.write(NAMES[0], [b"x"])
    size = sum(len(name.encode()) for name in NAMES)
    told = commands._counted(local, bucket)
    assert told == f"5 files ({size} bytes) in the old store, 1 of them are in the new one. Nothing was done."
    assert list(bucket.list("")) == [NAMES[0]]


def test_a_store_that_there_is_not_is_told(local: LocalStore, bucket: S3Store) -> None:
    class Stores:
        known: ClassVar = {"local": local, "amazons3": bucket}

    assert commands._store(Stores(), "s3") is bucket  # type: ignore[arg-type]  # all that is asked of it
    with pytest.raises(CommandFailed, match="no store 'tape'; there are: amazons3, local"):
        commands._store(Stores(), "tape")  # type: ignore[arg-type]  # all that is asked of it
