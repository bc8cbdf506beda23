"""`make bench`: the scenarios of docs/benchmarks.md, one table per database.

    python bench/run.py [--engine postgres|sqlite] [--only NAME,NAME] [--seconds 8]
    python bench/run.py --only search [--posts 1000000]
    python bench/run.py --only copy [--posts 200000]
    python bench/run.py --only bulk [--posts 200000]
    python bench/run.py --only large [--posts 1000000]
    python bench/run.py --only notifying
    python bench/run.py --only pushing

Each scenario gets a fresh server with one worker and a fresh database; PostgreSQL is a throw-away one that waits for
the disk at every commit. Everything stays on 127.0.0.1.
"""

# ruff: noqa: E402  (patching comes first)
from hubbub.core.patching import patch

patch()

import argparse
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import bulk
import large
import ldap_sync
import moving
import notifying
import pushing
import search
from boot import boot
from measure import Meter
from memory import idle_sockets, start_up
from people_of import make_people
from scenarios import Bench, Result

from hubbub.core.testing.live import LiveServer
from hubbub.tests.services.postgres import PostgresServer

QUIET: Final = {
    "RateLimitSettings": {"Enable": False},
    "TeamSettings": {"MaxUsersPerTeam": 100_000, "MaxNotificationsPerChannel": 1000},
    "LogSettings": {"ConsoleLevel": "WARN", "EnableFile": False},
    # Tests hash passwords with few rounds; here the defaults count.
    "PluginSettings": {"Plugins": {}},
}
ROOM: Final = {"users": 100, "posts": 0}
SCENARIOS: Final[dict[str, tuple[dict[str, int], Callable[[Bench], Result]]]] = {
    "ping": (ROOM, Bench.ping),
    "me": (ROOM, Bench.me),
    "login": (ROOM, Bench.login),
    "read_channel": ({"users": 20, "posts": 500}, Bench.read_channel),
    "read_channel_older": ({"users": 20, "posts": 500}, Bench.read_channel_older),
    "read_channel_gzip": ({"users": 20, "posts": 500}, Bench.read_channel_gzip),
    "read_channel_304": ({"users": 20, "posts": 500}, Bench.read_channel_304),
    "create_post": (ROOM, Bench.create_post),
    "fanout_200": ({"users": 201, "posts": 0}, lambda bench: bench.fan_out(200)),
    "fanout_1000": ({"users": 201, "posts": 0}, lambda bench: bench.fan_out(1000)),
    "boot": ({"users": 300, "channels": 300, "posts": 3, "everywhere": 4}, boot),
    "mixed": ({"users": 100, "channels": 5, "posts": 20}, Bench.mixed),
}


@contextmanager
def database(engine: str) -> Iterator[tuple[dict[str, Any], int | None, Callable[[], None]]]:
    """Yield SqlSettings, the database's process and how its statistics are brought up to date."""
    if engine == "sqlite":
        yield {"DriverName": "sqlite", "DataSource": ""}, None, lambda: None
        return
    server = PostgresServer(durable=True)
    server.prepare()
    server.start()
    try:
        name = server.create_database()
        settings = {"DriverName": "postgres", "DataSource": server.data_source(name)}
        # What autovacuum does within minutes on a server that runs.
        yield settings, server.pid, lambda: server.execute("VACUUM ANALYZE", name) and None
    finally:
        server.remove()


def run(name: str, engine: str, seconds: float) -> Result:
    """Measure one scenario on a fresh server."""
    people, scenario = SCENARIOS[name]
    with database(engine) as (sql, database_pid, analyze):
        server = LiveServer({**QUIET, "SqlSettings": sql}, workers=1)
        try:
            made = make_people(server.config_path, **people)
            analyze()
            server.start()
            return scenario(Bench(server, database_pid, made, seconds))
        finally:
            server.remove()


def run_search(engine: str, posts: int) -> Iterator[str]:
    """Measure searches among `posts` posts; yields lines."""
    with database(engine) as (sql, database_pid, analyze):
        server = LiveServer({**QUIET, "SqlSettings": sql}, workers=1)
        try:
            made = make_people(server.config_path, **search.PEOPLE)
            yield f"{posts} posts stored and indexed in {search.fill(server.config_path, posts):.0f} s"
            analyze()
            server.start()
            yield from search.measure(server.port, made, Meter(server.pid, database_pid))
        finally:
            server.remove()


def run_large(posts: int) -> Iterator[str]:
    """Measure what people ask of a large server on PostgreSQL; yields lines."""
    with database("postgres") as (sql, database_pid, analyze):
        server = LiveServer({**QUIET, "SqlSettings": sql}, workers=1)
        try:
            made = make_people(server.config_path, **large.PEOPLE)
            seconds = large.fill(server.config_path, posts)
            yield f"{posts} posts, {large.USERS} people, {large.CHANNELS} channels in {seconds:.0f} s"
            analyze()
            server.start()
            yield from large.measure(server.port, made, Meter(server.pid, database_pid))
        finally:
            server.remove()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="postgres,sqlite")
    parser.add_argument("--only", default=",".join([*SCENARIOS, "memory"]))
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument(
        "--posts", type=int, default=1_000_000, help="for `search`, `copy`, `bulk` and `large`, measured when named"
    )
    parser.add_argument("--people", type=int, default=20_000, help="for `ldap`, measured when named")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",")
    print(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}, one worker")
    if "copy" in wanted:
        print("| move | rows/s | s in all | MiB at most |\n| --- | --- | --- | --- |")
        for line in moving.run_all(arguments.posts):
            print(line, flush=True)
    if "bulk" in wanted:
        print("| command | posts/s | s in all | CPU s of it | MiB at most |\n| --- | --- | --- | --- | --- |")
        for line in bulk.run_all(arguments.posts):
            print(line, flush=True)
    if "ldap" in wanted:
        print("| LDAP | people | s in all | at most |\n| --- | --- | --- | --- |")
        for line in ldap_sync.run_all(arguments.people):
            print(line, flush=True)
    for line in run_large(arguments.posts) if "large" in wanted else ():
        print(line, flush=True)
    for name, bench in (("notifying", notifying), ("pushing", pushing)):
        for line in bench.measure() if name in wanted else ():
            print(line, flush=True)
    special = {"bulk", "copy", "large", "ldap", "notifying", "pushing"}
    for engine in arguments.engine.split(",") if not set(wanted) <= special else ():
        print(
            f"\n{engine}\n{'scenario':24}{'ops/s':>9}{'p50':>8}{'p95':>8}{'p99':>8}{'server':>10}{'database':>10}{'together':>10}"
        )
        print(f"{'':24}{'':>9}{'ms':>8}{'ms':>8}{'ms':>8}{'ms/op':>10}{'ms/op':>10}{'ms/op':>10}")
        for name in SCENARIOS:
            if name in wanted:
                show(run(name, engine, arguments.seconds))
        for line in run_search(engine, arguments.posts) if "search" in wanted else ():
            print(line, flush=True)
    if "memory" in wanted:
        print()
        for line in (*start_up(QUIET), *idle_sockets(QUIET)):
            print(line)


def show(result: Result) -> None:
    """Print a row."""
    print(
        f"{result.name:24}{result.rate:9.0f}{result.p50:8.1f}{result.p95:8.1f}{result.p99:8.1f}"
        f"{result.server:10.4f}{result.database:10.4f}{result.server + result.database:10.4f}  {result.extra}",
        flush=True,
    )


if __name__ == "__main__":
    main()
