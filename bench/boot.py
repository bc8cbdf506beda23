"""What a client asks a server as it starts, for somebody who is in 300 channels."""

import json
import re
import time
from pathlib import Path
from typing import Any, Final

from load import Connection, Unexpected, percentile, request
from scenarios import Bench, Result

STAGE: Final = "login -> channel view"
DOCUMENT: Final = Path(__file__).parent.parent / "tests" / "clients" / "boot.json"
SKIPPED: Final = ("POST /users/login", "PUT /users/me/patch")
"""Signing in is the scenario login; the patch happens when the time zone changed."""
SHOWN: Final = 3


class Boot:
    """The calls of one person's start, in the order in which the official client first makes them."""

    def __init__(self, bench: Bench, number: int) -> None:
        self._connection = Connection(bench.server.port)
        people, me = bench.people, bench.people.busy[number]
        _, body = self._connection.ask(request("GET", f"/channels/{people.channel(0)}/posts?per_page=1", me["token"]))
        root = json.loads(body)["order"][0]
        self._token = me["token"]
        self._values = {
            "me": me["id"],
            "other": people.users(0)[0]["id"],
            "team": people.team,
            "channel": people.channel(0),
            "root": root,
            "since": str(int(time.time() * 1000) - 60_000),
        }
        document = json.loads(DOCUMENT.read_text())
        (calls,) = (stage["calls"] for stage in document["stages"] if stage["stage"] == STAGE)
        bodies = document["operations"]
        self.requests: list[tuple[str, bytes]] = []
        for line in calls:
            body = bodies[line.partition("?")[0]].get("body")
            if line not in SKIPPED and (data := self._answered(line, body)):
                self.requests.append((line.partition("?")[0], data))

    def _answered(self, line: str, body: Any) -> bytes:
        """Return the request; nothing for what this server does not have or not for ordinary users."""
        method, path = self._filled(line).split(" ")
        data = request(method, path, self._token, json.loads(self._filled(json.dumps(body))))
        status, answer = self._connection.ask(data)
        if status >= 500:
            raise Unexpected(f"{line}: {status}: {answer[:200]!r}")
        return data if status < 300 else b""

    def _filled(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda found: self._values[found[1]], text)

    def run(self, times: dict[str, list[float]]) -> float:
        """Make every call once, one after the other; returns the seconds in all, notes those of each."""
        total = 0.0
        for name, data in self.requests:
            began = time.perf_counter()
            status, answer = self._connection.ask(data)
            passed = time.perf_counter() - began
            if status >= 300:
                raise Unexpected(f"{name}: {status}: {answer[:200]!r}")
            times.setdefault(name, []).append(passed)
            total += passed
        return total


def boot(bench: Bench) -> Result:
    """One start after the other, by four people in turns; an operation is all calls of a start."""
    boots = [Boot(bench, number) for number in range(len(bench.people.busy))]
    times: dict[str, list[float]] = {}
    for each in boots:
        each.run({})
    bench.meter.start()
    totals, end = [], time.monotonic() + bench.seconds
    while time.monotonic() < end:
        totals.append(boots[len(totals) % len(boots)].run(times))
    result = Result("boot", len(totals), bench.meter.stop(), totals)
    slowest = sorted(times.items(), key=lambda item: -percentile(item[1], 0.5))[:SHOWN]
    shown = ", ".join(f"{name} {percentile(values, 0.5):.1f}" for name, values in slowest)
    result.extra = f"{len(boots[0].requests)} calls; ms: {shown}"
    return result
