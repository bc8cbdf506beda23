"""Bulk import and export: `make bench ARGS="--only bulk --posts 200000"`.

A site of 2,000 people and 500 channels whose posts come in the order of time, some with replies, reactions, followers.
The commands run as a user runs them, in processes of their own; the rate of an import is that of its second reading,
which stores; its seconds and its memory are those of all of it: start, check, import.
"""

import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from moving import COMMAND, running
from search_posts import Texts

from hubbub.tests.services.mariadb import MariadbServer
from hubbub.tests.services.postgres import PostgresServer

USERS: Final = 2_000
CHANNELS: Final = 500
ROOMS_OF_EACH: Final = 20
BEGIN: Final = 1_600_000_000_000
_SERVERS: Final[dict[str, Any]] = {"postgres": lambda: PostgresServer(durable=True), "mysql": MariadbServer}
_SECONDS: Final = re.compile(r"lines in ([\d.]+) s")
_MEMORY: Final = (
    "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:]).returncode;"
    " print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
)


def run_all(count: int) -> Iterator[str]:
    """Yield a line of a table for each engine's import and export of `count` posts, replies included."""
    with ExitStack() as stack, TemporaryDirectory(prefix="hubbub-bulk-") as folder:
        file = Path(folder) / "site.jsonl"
        write(file, count)
        for engine in ("sqlite", "postgres", "mysql"):
            place = Path(folder) / engine
            place.mkdir()
            source = "hub.db"
            if engine in _SERVERS:
                server = stack.enter_context(running(_SERVERS[engine]()))
                source = str(server.data_source(server.create_database()))
            document = {
                "SqlSettings": {"DriverName": engine, "DataSource": source},
                "HubbubSettings": {"DataDirectory": "data"},
                "FileSettings": {"Directory": "files"},
            }
            (place / "config.json").write_text(json.dumps(document))
            _run(place, "migrate")
            yield _timed(place, count, f"import bulk, {engine}", "import", "bulk", str(file), "--apply")
            yield _timed(place, count, f"export bulk, {engine}", "export", "bulk", "out.jsonl")


def write(path: Path, count: int) -> None:
    """Write a site."""
    source, texts = random.Random(6), Texts(6)
    rooms = ["town-square", *(f"room{number:04}" for number in range(CHANNELS - 1))]
    people = [f"person{number:05}" for number in range(USERS)]
    with path.open("wb") as file:

        def line(kind: str, **fields: Any) -> None:
            file.write(json.dumps({"type": kind, kind: fields}, ensure_ascii=False).encode() + b"\n")

        file.write(b'{"type":"version","version":1}\n')
        line("team", name="crew", display_name="Crew", type="O")
        for room in rooms:
            line("channel", team="crew", name=room, display_name=room.title(), type="O")
        for person in people:
            mine = [{"name": room, "roles": "channel_user"} for room in source.sample(rooms, ROOMS_OF_EACH)]
            teams = [{"name": "crew", "roles": "team_user", "channels": mine}]
            line("user", username=person, email=f"{person}@example.com", teams=teams)
        for post in _posts(source, texts, rooms, people, count):
            line("post", **post)


def _posts(source: random.Random, texts: Texts, rooms: list[str], people: list[str], count: int) -> Iterator[Any]:
    moment, made = BEGIN, 0
    while made < count:
        moment += source.randrange(1, 60_000)
        made += 1
        post: dict[str, Any] = {"team": "crew", "channel": source.choice(rooms), "user": source.choice(people)}
        post |= {"message": texts.next(), "create_at": moment}
        if source.random() < 0.1:
            replies = [
                {"user": source.choice(people), "message": texts.next(), "create_at": moment + 1000 * number}
                for number in range(1, min(source.randrange(1, 6), count - made) + 1)
            ]
            made += len(replies)
            post |= {"replies": replies, "thread_followers": [{"user": post["user"]}]} if replies else {}
        if source.random() < 0.05:
            post["reactions"] = [{"user": source.choice(people), "emoji_name": "tada", "create_at": moment + 1}]
        yield post


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", _MEMORY, *COMMAND, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=7200, check=False)
    if done.returncode:
        raise RuntimeError(f"hubbub {' '.join(arguments[:2])} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _timed(folder: Path, count: int, name: str, *arguments: str) -> str:
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = _run(folder, *arguments)
    passed, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = _SECONDS.search(said)
    rate = count / float(found[1]) if found else 0
    return f"| {name} | {rate:,.0f} | {passed:.1f} | {processor:.1f} | {int(said.split()[-1]) / 1024:.0f} |"
