"""Start-up time and memory: `(start → first answer, RSS)`, and what idle WebSockets take."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from listeners import Listeners
from measure import cpu_seconds, rss_kib, tree
from people_of import make_people

from hubbub.core.testing.live import LiveServer

IDLE_SOCKETS = (5_000, 15_000)


def start_up(config: dict[str, Any]) -> Iterator[str]:
    """Measure the time to the first answer, with the schema there, and the memory of the idle worker."""
    server = LiveServer(config, workers=1)
    try:
        server.start()
        server.stop()
        began = time.monotonic()
        server.start()
        passed = time.monotonic() - began
        yield f"start to first answer: {passed:.2f} s ({cpu_seconds(tree(server.pid)):.2f} s of CPU)"
        time.sleep(2)
        worker = server.worker_pids[0]
        yield f"memory of master and worker, what they share counted once: {shared_kib(tree(server.pid)) / 1024:.0f} MB"
        yield f"RSS of the idle worker: {rss_kib(worker) / 1024:.0f} MB ({private_kib(worker) / 1024:.0f} MB its own)"
    finally:
        server.remove()


def private_kib(pid: int) -> int:
    """Return memory that no other process shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def shared_kib(pids: Iterable[int]) -> int:
    """Return the memory of several processes, in which a page that n of them share counts 1/n for each (PSS)."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def idle_sockets(config: dict[str, Any]) -> Iterator[str]:
    """Measure what thousands of silent WebSockets take, of 500 users."""
    server = LiveServer(config, workers=1)
    try:
        people = make_people(server.config_path, users=500)
        server.start()
        tokens = people.tokens(0)
        listeners = Listeners(server.port)
        for token in tokens:
            listeners.connect(token)
        worker = server.worker_pids[0]
        time.sleep(1)
        base, open_at_base = rss_kib(worker), len(listeners)
        for target in IDLE_SOCKETS:
            while len(listeners) < target:
                listeners.connect(tokens[len(listeners) % len(tokens)])
            listeners.run_for(2)
            each = (rss_kib(worker) - base) / (len(listeners) - open_at_base)
            total = rss_kib(worker) / 1024
            yield f"{len(listeners)} idle WebSockets held: {each:.2f} KiB RSS each, {total:.0f} MB in all"
        listeners.close()
    finally:
        server.remove()
