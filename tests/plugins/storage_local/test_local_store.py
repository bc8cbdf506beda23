"""A folder as a file store."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.testing.suites import FileStoreSuite
from hubbub.plugins.storage_local.store import LocalStore


class TestLocalStore(FileStoreSuite):
    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalStore:
        return LocalStore(tmp_path / "files")


def test_a_write_that_fails_leaves_no_unfinished_file(tmp_path: Path) -> None:
    def pieces() -> Any:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        LocalStore(tmp_path).write("a/file", pieces())
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path) -> None:
    synced: list[bool] = []

    def run(call: Any, *args: Any) -> Any:
        if call is os.fsync:
            synced.append((tmp_path / "a/file").exists())
        return call(*args)

    LocalStore(tmp_path, run).write("a/file", [b"x"])
    assert synced == [False]
    assert (tmp_path / "a/file").read_bytes() == b"x"


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    def run(call: Any, *args: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        LocalStore(tmp_path, run).write("a/file", [b"x"])
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_folders_go_with_their_last_file(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    store.write("a/b/one", [b""])
    store.write("a/two", [b""])
    store.remove("a/b/one")
    assert not (tmp_path / "a/b").exists()
    store.remove("a/two")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["", "a//b", "a/", "..", "a\\..\\b", "./a"])
def test_what_is_no_path_of_a_file_is_refused(tmp_path: Path, path: str) -> None:
    store = LocalStore(tmp_path)
    uses = (store.exists, store.size, store.remove, lambda bad: store.copy(bad, "x"), lambda bad: store.move(bad, "x"))
    for use in uses:
        with pytest.raises(ValueError, match="no path of a file"):
            use(path)
