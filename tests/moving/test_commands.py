"""The commands `hubbub db copy`, `backup` and `restore`, as people type them."""

import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.cli_errors import CommandFailed
from hubbub.core.moving.places import name_of, settings_of
from hubbub.tests.core.cli_kit import hubbub, write_config


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a new site. These tests only read it, and name what they make differently."""
    folder = tmp_path_factory.mktemp("commands")
    write_config(folder)
    assert hubbub(folder, "migrate").returncode == 0
    return folder


def test_a_site_is_copied_and_its_configuration_stays(folder: Path) -> None:
    before = (folder / "config.json").read_bytes()
    done = hubbub(folder, "db", "copy", "--to", "sqlite://copy.db")
    assert done.returncode == 0, done.stderr
    assert "counted and compared" in done.stdout
    assert (folder / "config.json").read_bytes() == before
    tables = sqlite3.connect(folder / "copy.db").execute("SELECT count(*) FROM hb_migrations").fetchone()
    assert tables[0] > 0


def test_a_source_that_a_process_has_open_is_refused(folder: Path) -> None:
    with (folder / "data" / "hubbub.db").open("rb") as file:
        other = subprocess.Popen(["sleep", "60"], stdin=file)
    try:
        done = hubbub(folder, "db", "copy", "--to", "refused.db")
    finally:
        other.kill()
        other.wait()
    assert done.returncode == 1
    assert f"is in use (process {other.pid})" in done.stderr
    assert not (folder / "refused.db").exists()


def test_a_backup_is_made_and_restored(folder: Path) -> None:
    made = hubbub(folder, "backup", "site.backup")
    assert made.returncode == 0, made.stderr
    again = folder / "again"
    again.mkdir()
    write_config(again)
    done = hubbub(again, "restore", "../site.backup")
    assert done.returncode == 0, done.stderr
    assert "counted and compared" in done.stdout
    assert hubbub(again, "migrate", "--check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("db", "copy", "--to", "oracle://x/y"), "oracle:// isn't a database that Hubbub knows. Write postgres://"),
        (("db", "copy", "--from", "sqlite://gone.db", "--to", "x.db"), "there is no file"),
        (("db", "copy", "--from", "config.json", "--to", "x.db"), "config.json can't be used"),
        (("db", "copy", "--to", "sqlite://gone/x.db"), "there is no folder"),
        (("db", "copy", "--to", "mysql://u:secret@127.0.0.1:1/x"), "The database server can't be reached. Check that"),
        (("db", "copy", "--to", "postgres://u:secret@127.0.0.1:1/x"), "The database server can't be reached. Check"),
        (("restore", "config.json"), "it isn't a backup, or its end is missing"),
        (("backup", "gone/x.backup"), "there is no folder"),
    ],
)
def test_what_cannot_work_is_said_in_one_line(arguments: tuple[str, ...], message: str, folder: Path) -> None:
    done = hubbub(folder, *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("postgres://me:pw@db:5433/chat", "PostgreSQL db:5433/chat"),
        ("mysql://me:p%40w@db/chat", "MySQL db:3306/chat"),
        ("me:pw@tcp(db:3307)/chat?charset=utf8mb4&readTimeout=30s", "MySQL db:3307/chat"),
        ("sqlite:///data/chat.db", "SQLite /data/chat.db"),
        ("/data/chat.db", "SQLite /data/chat.db"),
    ],
)
def test_databases_are_named_without_their_passwords(text: str, name: str) -> None:
    settings: Any = settings_of(text)
    assert name_of(settings, Path()) == name


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(CommandFailed, match="the data source is empty"):
        settings_of("sqlite://")
