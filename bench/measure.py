"""What a measurement costs and holds: CPU time and memory of processes, read from /proc."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """Return a process and everything it started."""
    found = [pid]
    for current in found:
        try:
            children = Path(f"/proc/{current}/task/{current}/children").read_text().split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return user and system time of the processes and of those of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15])
    return total / _TICK


def rss_kib(pid: int) -> int:
    """Return the resident memory of a process in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


class Meter:
    """CPU time of server and database between `start` and `stop`."""

    def __init__(self, server_pid: int, database_pid: int | None) -> None:
        self._server = server_pid
        self._database = database_pid
        self._before = (0.0, 0.0)
        self._began = 0.0

    def _read(self) -> tuple[float, float]:
        database = cpu_seconds(tree(self._database)) if self._database else 0.0
        return cpu_seconds(tree(self._server)), database

    def start(self) -> None:
        """Begin to count."""
        self._before = self._read()
        self._began = time.monotonic()

    def stop(self) -> tuple[float, float, float]:
        """Return seconds of CPU of the server, of the database, and seconds that passed."""
        passed = time.monotonic() - self._began
        time.sleep(0.3)  # what was answered may still be written or sent out
        server, database = self._read()
        return server - self._before[0], database - self._before[1], passed
