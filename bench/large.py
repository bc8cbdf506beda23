"""A large server, asked by one client: `make bench ARGS="--only large --posts 1000000"`.

10,000 people, 2,000 channels, in PostgreSQL. The client is a member of 200 channels and asks one request after the
other on one connection; latencies are those of the whole request.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from load import Connection, Unexpected, percentile, request
from measure import Meter
from people_of import People

REQUESTS: Final = 400
USERS: Final = 10_000
CHANNELS: Final = 2_000
MINE: Final = 200
PEOPLE: Final = {"users": MINE, "channels": MINE, "posts": 1, "everywhere": 1}


def fill(config: Path, posts: int) -> float:
    """Fill the database that `config` names; returns the seconds it took."""
    begin = time.monotonic()
    script = Path(__file__).with_name("large_rows.py")
    command = [sys.executable, str(script), str(config), str(posts), str(USERS - MINE), str(CHANNELS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=7200, cwd=config.parent, check=False)
    if done.returncode:
        raise RuntimeError(f"large_rows.py failed:\n{done.stderr[-3000:]}")
    return time.monotonic() - begin


def kinds(people: People) -> dict[str, Callable[[int], str]]:
    """Return the path of each request's number `n`: every channel is asked for twice."""
    order = [people.channel(number) for number in range(MINE)] * 2
    random.Random(4).shuffle(order)
    me = f"/users/{people.busy[0]['id']}"
    team = people.team
    return {
        "channel, newest 60 posts": lambda n: f"/channels/{order[n]}/posts?page=0&per_page=60",
        "channel, the 60 before": lambda n: f"/channels/{order[n]}/posts?page=1&per_page=60",
        "channel, page 10": lambda n: f"/channels/{order[n]}/posts?page=10&per_page=60",
        "channel, at the first unread": lambda n: (
            f"{me}/channels/{order[n]}/posts/unread?limit_after=30&limit_before=30"
        ),
        "unread counts of teams": lambda _: f"{me}/teams/unread?include_collapsed_threads=true",
        "unread counts of a team": lambda _: f"{me}/teams/{team}/unread",
        "memberships (200 channels)": lambda _: f"{me}/teams/{team}/channels/members",
        "unread of a channel": lambda n: f"{me}/channels/{order[n]}/unread",
        "channels (200)": lambda _: f"{me}/teams/{team}/channels",
        "autocompletion of people": lambda n: f"/users/autocomplete?in_team={team}&name=person{n:03}",
        "threads": lambda _: f"{me}/teams/{team}/threads?per_page=25&extended=true",
    }


def measure(port: int, people: People, meter: Meter) -> Iterator[str]:
    """Yield a row of the table per kind of request."""
    yield f"| {'one request at a time':30} | p50 ms | p95 ms | longest ms | server CPU ms | database CPU ms |"
    yield "| --- | --- | --- | --- | --- | --- |"
    connection, token = Connection(port), people.busy[0]["token"]
    for name, path in kinds(people).items():
        latencies = []
        meter.start()
        for number in range(REQUESTS):
            asked = request("GET", path(number), token)
            begin = time.perf_counter()
            status, answer = connection.ask(asked)
            latencies.append(time.perf_counter() - begin)
            if status != 200:
                raise Unexpected(f"{name}: {status}: {answer[:200]!r}")
        server, database, _ = meter.stop()
        p50, p95, longest = (percentile(latencies, share) for share in (0.5, 0.95, 1.0))
        yield (
            f"| {name:30} | {p50:.1f} | {p95:.1f} | {longest:.1f}"
            f" | {server / REQUESTS * 1000:.2f} | {database / REQUESTS * 1000:.2f} |"
        )
    connection.close()
