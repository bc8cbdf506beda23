"""Searching a large server: `make bench ARGS="--only search --posts 1000000"`.

One client, a member of 20 channels, asks one search after the other, each with other words; latencies are those of the
whole request.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from load import Connection, Unexpected, percentile, request
from measure import Meter
from people_of import People
from search_posts import CHARACTERS, WORDS, characters, vocabulary

SEARCHES: Final = 100
PEOPLE: Final = {"users": 200, "channels": 20, "posts": 0}


def fill(config: Path, count: int) -> float:
    """Store `count` posts in the database that `config` names; returns the seconds it took."""
    begin = time.monotonic()
    script = Path(__file__).with_name("search_posts.py")
    command = [sys.executable, str(script), str(config), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=7200, cwd=config.parent, check=False)
    if done.returncode:
        raise RuntimeError(f"search_posts.py failed:\n{done.stderr[-3000:]}")
    return time.monotonic() - begin


def kinds() -> dict[str, Callable[[random.Random], str]]:
    """Return each kind of search: how its words are chosen."""
    words, signs = vocabulary(), characters()
    days_ago = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 4 * 86_400))

    def word(source: random.Random, first: int, last: int) -> str:
        return words[source.randint(first, last)]

    def signs_of(source: random.Random) -> str:
        return signs[source.randint(0, 100)] + signs[source.randint(0, 100)]

    return {
        "common word": lambda source: word(source, 3, 30),
        "medium word": lambda source: word(source, 300, 1000),
        "rare word": lambda source: word(source, 10_000, WORDS - 1),
        "two common words": lambda source: f"{word(source, 3, 30)} {word(source, 3, 30)}",
        "any of three": lambda source: " ".join(word(source, 100, 1000) for _ in range(3)),
        "phrase": lambda source: f'"{word(source, 10, 300)} {word(source, 10, 300)}"',
        "phrase, common words": lambda source: f'"{word(source, 0, 30)} {word(source, 0, 30)}"',
        "word*": lambda source: word(source, 300, 5000)[:4] + "*",
        "in: and word": lambda source: f"in:room{source.randint(0, 19)} {word(source, 3, 1000)}",
        "from: and word": lambda source: f"from:user{source.randint(0, 199)} {word(source, 3, 1000)}",
        "from: alone": lambda source: f"from:user{source.randint(0, 199)}",
        "word and -word": lambda source: f"{word(source, 30, 300)} -{word(source, 3, 30)}",
        "before: and word": lambda source: f"before:{days_ago} {word(source, 3, 1000)}",
        "Chinese, two signs": signs_of,
        "Chinese, rare": lambda source: "".join(signs[source.randint(500, CHARACTERS - 1)] for _ in range(2)),
        "Chinese, one sign": lambda source: signs[source.randint(0, 300)],
        "nothing": lambda source: f"nowhere{source.randint(0, 10_000)}",
    }


def measure(port: int, people: People, meter: Meter) -> Iterator[str]:
    """Yield a row of the table per kind of search."""
    yield f"{'search':22}{'found':>8}{'p50':>8}{'p95':>8}{'max':>8}{'server':>9}{'database':>10}"
    yield f"{'':22}{'mean':>8}{'ms':>8}{'ms':>8}{'ms':>8}{'ms/op':>9}{'ms/op':>10}"
    connection = Connection(port)
    for name, make in kinds().items():
        source, latencies, found = random.Random(3), [], 0
        for _ in range(5):
            _ask(connection, people, make(random.Random(99)))
        meter.start()
        for _ in range(SEARCHES):
            terms = make(source)
            begin = time.perf_counter()
            body = _ask(connection, people, terms, is_or=name == "any of three")
            latencies.append(time.perf_counter() - begin)
            found += body.count(b'"create_at"')
        server, database, _ = meter.stop()
        p50, p95, longest = (percentile(latencies, share) for share in (0.5, 0.95, 1.0))
        yield (
            f"{name:22}{found / SEARCHES:8.1f}{p50:8.1f}{p95:8.1f}{longest:8.1f}"
            f"{server / SEARCHES * 1000:9.2f}{database / SEARCHES * 1000:10.2f}"
        )
    connection.close()


def _ask(connection: Any, people: People, terms: str, *, is_or: bool = False) -> bytes:
    body = {"terms": terms, "is_or_search": is_or, "page": 0, "per_page": 20}
    status, answer = connection.ask(request("POST", f"/teams/{people.team}/posts/search", people.admin, body))
    if status != 200:
        raise Unexpected(f"{status}: {answer[:200]!r}")
    return bytes(answer)
