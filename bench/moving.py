"""Copying and backing up a site: `make bench ARGS="--only copy --posts 200000"`.

Rows are posts of 60 to 120 characters and as many preferences; the command runs as a user runs it, in a process of its
own, and its time is all of it: start, tables, rows, reading everything back to compare, the search index.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, Final

from hubbub.core.db import Database
from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.postgres import PostgresServer

COMMAND: Final = [sys.executable, "-c", "from hubbub.core.cli import main; main()"]
PAIRS: Final = (
    ("sqlite", "postgres"), ("postgres", "sqlite"), ("mysql", "postgres"), ("postgres", "mysql"), ("sqlite", "sqlite"),
)  # fmt: skip
_SERVERS: Final[dict[str, Any]] = {"postgres": lambda: PostgresServer(durable=True), "mysql": MariadbServer}
_RATE: Final = re.compile(r"\(([\d,]+) a second\)")
_MEMORY: Final = "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode;" \
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"  # fmt: skip


def run_all(count: int) -> Iterator[str]:
    """Yield a line of a table for each pair, and for backup and restore, over `count` posts and preferences."""
    with ExitStack() as stack, TemporaryDirectory(prefix="hubbub-moving-") as folder:
        servers: dict[str, Any] = {}
        for engine, make in _SERVERS.items():
            servers[engine] = stack.enter_context(running(make()))
        sources = {}
        for engine in ("sqlite", "postgres", "mysql"):
            sources[engine] = _fresh(engine, servers, Path(folder), f"source-{engine}")
            _fill(engine, sources[engine], Path(folder), count)
        for one, other in PAIRS:
            target = _fresh(other, servers, Path(folder), f"{one}-{other}")
            yield _timed(
                Path(folder), f"db copy, {one} to {other}", "db", "copy", "--from", sources[one], "--to", target
            )
        _configure(Path(folder), "sqlite", sources["sqlite"])
        yield _timed(Path(folder), "backup of sqlite", "backup", "site.backup")
        _configure(Path(folder), "postgres", _fresh("postgres", servers, Path(folder), "restored"))
        yield _timed(Path(folder), "restore into postgres", "restore", "site.backup")


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Have a database server run for a while."""
    server.prepare()
    server.start()
    try:
        yield server
    finally:
        server.remove()


def _fresh(engine: str, servers: dict[str, Any], folder: Path, name: str) -> str:
    if engine == "sqlite":
        return str(folder / f"{name}.db")
    server = servers[engine]
    return str(server.data_source(server.create_database()))


def _configure(folder: Path, engine: str, source: str) -> None:
    document = {
        "SqlSettings": {"DriverName": engine, "DataSource": source},
        "HubbubSettings": {"DataDirectory": str(folder / "data")},
        "FileSettings": {"Directory": str(folder / "files")},
    }
    (folder / "config.json").write_text(json.dumps(document))


def _fill(engine: str, source: str, folder: Path, count: int) -> None:
    _configure(folder, engine, source)
    _run(folder, "migrate")
    settings = {
        "DriverName": engine, "DataSource": source, "MaxIdleConns": 1, "MaxOpenConns": 1, "QueryTimeout": 600,
        "ConnMaxLifetimeMilliseconds": 0, "ConnMaxIdleTimeMilliseconds": 0, "Trace": False,
    }  # fmt: skip
    db = Database(SimpleNamespace(**settings))
    for start in range(0, count, 10_000):
        numbers = range(start, min(start + 10_000, count))
        db.insert_many("posts", _POST, [_post(number) for number in numbers])
        db.insert_many(
            "preferences", ("userid", "category", "name", "value"),
            [(f"user{number % 1000}", f"category{number % 7}", f"name{number}", "true") for number in numbers],
        )  # fmt: skip
    db.close()


_POST: Final = (
    "id", "createat", "updateat", "editat", "deleteat", "ispinned", "userid", "channelid", "rootid", "originalid",
    "message", "type", "props", "hashtags", "filenames", "fileids", "hasreactions",
)  # fmt: skip


def _post(number: int) -> tuple[Any, ...]:
    text = f"post {number} says something of the usual length about a ship 🚢 " + "and so on " * (number % 7)
    return (
        f"{number * 7919 % 10**9:09}{number:017}", 1_700_000_000_000 + number, 1_700_000_000_000 + number, 0, 0, False,
        f"user{number % 1000:022}", f"room{number % 50:022}", "", "", text, "", '{"disable_group_highlight":true}', "",
        "[]", "[]", False,
    )  # fmt: skip


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", _MEMORY, *COMMAND, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=3600, check=False)
    if done.returncode:
        raise RuntimeError(f"hubbub {' '.join(arguments[:2])} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _timed(folder: Path, name: str, *arguments: str) -> str:
    begin = time.monotonic()
    said = _run(folder, *arguments)
    passed = time.monotonic() - begin
    rate = _RATE.search(said)
    memory = int(said.split()[-1]) / 1024
    return f"| {name} | {rate[1] if rate else '?'} | {passed:.1f} | {memory:.0f} |"
