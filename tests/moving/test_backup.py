"""`hubbub backup` and `hubbub restore`: the same site again, or a clear reason and nothing changed."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.config import Config, ConfigStore
from hubbub.core.db import MigrationFailed, refuse_unfit, table_names
from hubbub.core.moving import archive, folders
from hubbub.core.moving.backup import backup, restore
from hubbub.core.moving.target import Target
from hubbub.tests.moving import sites
from hubbub.tests.moving.conftest import Make
from hubbub.tests.services.databases import DatabaseSource


def config_of(source: DatabaseSource, folder: Path) -> Config:
    """Return the configuration of a server on a database, its folders below `folder`."""
    folder.mkdir(exist_ok=True)
    document = {
        "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source},
        "HubbubSettings": {"DataDirectory": str(folder / "data")},
        "FileSettings": {"Directory": str(folder / "files")},
    }
    path = folder / "config.json"
    path.write_text(json.dumps(document))
    return ConfigStore(path, {}).current


def back_up(source: DatabaseSource, folder: Path, plugins: Any) -> Path:
    """Back a site up that has two files in its folders."""
    config = config_of(source, folder)
    for name, text in [("files/20240101/ü.txt", "a file"), ("data/plugin/state", "kept"), ("data/run/server.pid", "1")]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    place, path = sites.place(source, reads=True), folder / "site.backup"
    try:
        backup(config, place, plugins, path, {"SqlSettings": {}}, {path})
    finally:
        place.close()
    return path


def bring_back(path: Path, target: DatabaseSource, folder: Path, plugins: Any) -> list[str]:
    config, place = config_of(target, folder), sites.place(target)
    try:
        return restore(config, place, plugins, path)
    finally:
        place.close()


PAIRS = [
    pytest.param("sqlite", "postgres", id="sqlite-postgres"),
    pytest.param("postgres", "sqlite", id="postgres-sqlite"),
    pytest.param("postgres", "mysql", id="postgres-mysql", marks=pytest.mark.mysql),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_rows_and_files_come_back(one: Any, other: Any, site: Make, empty: Make, plugins: Any, tmp_path: Path) -> None:
    source, target = site(one), empty(other)
    path = back_up(source, tmp_path / "one", plugins)
    assert path.stat().st_mode & 0o777 == 0o600
    bring_back(path, target, tmp_path / "two", plugins)
    before, after = sites.open_database(source), sites.open_database(target)
    for table, columns in [("preferences", "userid, category, name, value"), ("posts", "id, createat, message")]:
        assert sites.contents(after, table, columns) == sites.contents(before, table, columns)
    assert "hb_copy_progress" not in table_names(after)
    before.close()
    after.close()
    assert (tmp_path / "two/files/20240101/ü.txt").read_text() == "a file"
    assert (tmp_path / "two/data/plugin/state").read_text() == "kept"
    assert not (tmp_path / "two/data/run").exists()


def test_a_backup_is_of_one_moment_while_others_write(
    site: Make, empty: Make, plugins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = site("sqlite"), empty("sqlite")
    add = archive.Writer.add

    def written_meanwhile(self: archive.Writer, name: str, chunks: Any) -> int:
        if name == "tables/posts.jsonl":
            db = sites.open_database(source)
            sites.insert(db, "posts", [sites.post(99)])
            db.close()
        return add(self, name, chunks)

    monkeypatch.setattr(archive.Writer, "add", written_meanwhile)
    path = back_up(source, tmp_path / "one", plugins)
    bring_back(path, target, tmp_path / "two", plugins)
    db = sites.open_database(target)
    assert db.fetch_value("SELECT count(*) FROM {posts}") == sites.POSTS
    db.close()


def test_bytes_come_back_as_bytes(site: Make, empty: Make, plugins: Any, tmp_path: Path) -> None:
    source, target = site("sqlite"), empty("postgres")
    db = sites.open_database(source)
    db.execute("CREATE TABLE {hb_things} (id varchar(26) PRIMARY KEY, value blob)")
    db.execute("INSERT INTO {hb_things} VALUES (?, ?)", ("a", b"\x00\xff\x10"))
    db.close()
    bring_back(back_up(source, tmp_path / "one", plugins), target, tmp_path / "two", plugins)
    db = sites.open_database(target)
    assert db.fetch_value("SELECT value FROM {hb_things}") == b"\x00\xff\x10"
    db.close()


def test_an_interrupted_restore_lets_no_server_start_and_can_be_repeated(
    site: Make, empty: Make, plugins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, target = back_up(site("sqlite"), tmp_path / "one", plugins), empty("sqlite")

    def interrupted(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folders, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bring_back(path, target, tmp_path / "two", plugins)
    db = sites.open_database(target)
    with pytest.raises(MigrationFailed, match="isn't finished"):
        refuse_unfit(db, plugins)
    bring_back(path, target, tmp_path / "two", plugins)
    refuse_unfit(db, plugins)
    assert db.fetch_value("SELECT count(*) FROM {posts}") == sites.POSTS
    db.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_site_in_use_is_never_restored_over(engine: Any, site: Make, plugins: Any, tmp_path: Path) -> None:
    path = back_up(site("sqlite"), tmp_path / "one", plugins)
    with pytest.raises(CommandFailed, match="in use already: it has 2 users"):
        bring_back(path, site(engine), tmp_path / "two", plugins)


def test_a_file_that_is_there_is_never_replaced(site: Make, empty: Make, plugins: Any, tmp_path: Path) -> None:
    path, target = back_up(site("sqlite"), tmp_path / "one", plugins), empty("sqlite")
    (tmp_path / "two/files/20240101").mkdir(parents=True)
    (tmp_path / "two/files/20240101/ü.txt").write_text("mine")
    with pytest.raises(CommandFailed, match="is there already and differs"):
        bring_back(path, target, tmp_path / "two", plugins)
    assert not Path(target.data_source).exists()


def rewritten(path: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> None:
    """Write a backup anew with other entries."""
    with zipfile.ZipFile(path) as old:
        entries = [change(name, old.read(name)) for name in old.namelist()]
    with zipfile.ZipFile(path, "w") as new:
        for name, data in entries:
            new.writestr(name, data)


def escaping(name: str, data: bytes) -> tuple[str, bytes]:
    """Have a file's path lead out of its folder, in the manifest too."""
    return name.replace("files/20240101", "files/../.."), data.replace(b"files/20240101", b"files/../..")


def other_text(name: str, data: bytes) -> tuple[str, bytes]:
    return name, data.replace(b"message 7", b"message 8") if name.startswith("tables/") else data


def hostile_table(name: str, data: bytes) -> tuple[str, bytes]:
    return name, data.replace(b'"name":"posts"', b'"name":"posts; DROP"') if name == "manifest.json" else data


def newer(name: str, data: bytes) -> tuple[str, bytes]:
    return name, data.replace(b'"format":1', b'"format":2') if name == "manifest.json" else data


def without_manifest(name: str, data: bytes) -> tuple[str, bytes]:
    return name.replace("manifest", "other"), data


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (escaping, "leads out of its folder"),
        (other_text, r"tables/posts.jsonl isn't what was backed up"),
        (hostile_table, "isn't a name of a table"),
        (newer, "has format 2, this version reads format 1"),
        (without_manifest, "not a backup made by Hubbub"),
    ],
)
def test_a_changed_backup_is_refused_before_anything_is_done(
    change: Any, message: str, site: Make, empty: Make, plugins: Any, tmp_path: Path
) -> None:
    path, target = back_up(site("sqlite"), tmp_path / "one", plugins), empty("sqlite")
    rewritten(path, change)
    with pytest.raises(CommandFailed, match=message):
        bring_back(path, target, tmp_path / "two", plugins)
    assert not Path(target.data_source).exists()


def test_a_backup_cut_short_is_refused(site: Make, empty: Make, plugins: Any, tmp_path: Path) -> None:
    path, target = back_up(site("sqlite"), tmp_path / "one", plugins), empty("sqlite")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CommandFailed, match="its end is missing"):
        bring_back(path, target, tmp_path / "two", plugins)
    assert not Path(target.data_source).exists()


def test_a_failed_backup_leaves_no_file(
    site: Make, plugins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr(archive.Writer, "end", full)
    with pytest.raises(OSError, match="No space left"):
        back_up(site("sqlite"), tmp_path / "one", plugins)
    assert not [path for path in (tmp_path / "one").iterdir() if "backup" in path.name]


def test_a_backup_overwrites_no_file(site: Make, plugins: Any, tmp_path: Path) -> None:
    source = site("sqlite")
    path = back_up(source, tmp_path / "one", plugins)
    with pytest.raises(CommandFailed, match="is there already"):
        back_up(source, tmp_path / "one", plugins)
    assert path.exists()


def test_a_link_in_the_folder_leads_nowhere_else(site: Make, empty: Make, plugins: Any, tmp_path: Path) -> None:
    path, target = back_up(site("sqlite"), tmp_path / "one", plugins), empty("sqlite")
    (tmp_path / "two/files").mkdir(parents=True)
    (tmp_path / "two/files/20240101").symlink_to(tmp_path / "one")
    with pytest.raises(CommandFailed, match="a link leads out of it"):
        bring_back(path, target, tmp_path / "two", plugins)


def test_rows_are_compared_in_the_end(
    site: Make, empty: Make, plugins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, target = back_up(site("sqlite"), tmp_path / "one", plugins), empty("sqlite")
    monkeypatch.setattr(Target, "wrong_with", lambda self, task: f"{task.name} differs" if task.name == "users" else "")
    with pytest.raises(CommandFailed, match="users differs"):
        bring_back(path, target, tmp_path / "two", plugins)
