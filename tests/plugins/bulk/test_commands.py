"""`hubbub import bulk` and `hubbub export bulk`, as people type them; killed in the middle, and begun again."""

import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import gevent
import pytest

from hubbub.tests.core.cli_kit import COMMAND, environment, hubbub
from hubbub.tests.plugins.bulk.kit import BASE, ONLY, pack, post, reply, write
from hubbub.tests.plugins.conftest import write_config
from hubbub.tests.services.databases import DatabaseSource

MANY = 12_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a new site on SQLite."""
    write_config(tmp_path, DatabaseSource("sqlite", str(tmp_path / "hub.db")), (*ONLY, "cluster_local"), {})
    return tmp_path


def rows(folder: Path, sql: str) -> list[Any]:
    database = sqlite3.connect(folder / "hub.db")
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def test_a_site_is_checked_imported_and_exported(folder: Path) -> None:
    pack(folder / "site.zip", [*BASE, post("ann", "Hi", 1, attachments=[{"path": "a.txt"}])], a_dot_txt=b"hello")
    checked = hubbub(folder, "import", "bulk", "site.zip", "--validate")
    assert checked.returncode == 0, checked.stderr
    assert "site.zip can be imported: 2 channel, 1 post, 1 team, 2 user (1 messages with replies)." in checked.stdout
    assert rows(folder, "SELECT COUNT(*) FROM users") == [(0,)]
    done = hubbub(folder, "import", "bulk", "site.zip", "--apply")
    assert done.returncode == 0, done.stderr
    assert "Imported site.zip: 2 channel, 1 post, 1 team, 2 user" in done.stdout
    assert rows(folder, "SELECT name, size FROM fileinfo") == [("a.txt", 5)]
    exported = hubbub(folder, "export", "bulk", "out.jsonl", "--attachments")
    assert exported.returncode == 0, exported.stderr
    assert "1 post" in exported.stdout
    written = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    path = written[-1]["post"]["attachments"][0]["path"]
    assert (folder / "data" / path).read_bytes() == b"hello"
    again = hubbub(folder, "export", "bulk", "out.jsonl")
    assert again.returncode == 1
    assert "out.jsonl is there already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("site.jsonl",), "say --validate to check the file, or --apply to import it."),
        (("site.jsonl", "--apply"), "line 7: there is no user 'eve', neither in the lines before this one nor"),
        (("gone.jsonl", "--apply"), "gone.jsonl isn't there, or isn't a file."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    write(folder / "site.jsonl", [*BASE, post("eve", "x", 1)])
    done = hubbub(folder, "import", "bulk", *arguments)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_import_that_was_killed_goes_on_where_it_was(folder: Path) -> None:
    posts = [
        post("ann", f"message {number}", number * 10, replies=[reply("bob", "yes", number * 10 + 1)])
        for number in range(MANY // 2)
    ]
    write(folder / "site.jsonl", [*BASE, *posts])
    assert hubbub(folder, "migrate").returncode == 0
    process = subprocess.Popen(
        [*COMMAND, "import", "bulk", "site.jsonl", "--apply"], cwd=folder, env=environment(), stderr=subprocess.PIPE
    )
    with gevent.Timeout(60):
        while not (rows(folder, "SELECT line FROM hb_bulkimports WHERE line > 1000")):
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            gevent.sleep(0.01)
    process.kill()
    process.wait()
    stored = rows(folder, "SELECT COUNT(*) FROM posts")[0][0]
    assert 0 < stored < MANY
    done = hubbub(folder, "import", "bulk", "site.jsonl", "--apply")
    assert done.returncode == 0, done.stderr
    assert "An interrupted import went on after line" in done.stdout
    assert rows(folder, "SELECT COUNT(*), COUNT(DISTINCT message || createat) FROM posts") == [(MANY, MANY)]
    assert rows(folder, "SELECT totalmsgcount, totalmsgcountroot FROM channels WHERE name = 'talk'") == [
        (MANY, MANY // 2)
    ]
    assert rows(folder, "SELECT COUNT(*), SUM(replycount) FROM threads") == [(MANY // 2, MANY // 2)]
    assert rows(folder, "SELECT COUNT(*) FROM hb_search_posts") == [(MANY,)]
    assert rows(folder, "SELECT COUNT(*) FROM hb_bulkimports") == [(0,)]
