"""The server of the WebSocket benchmarks: HTTP stack, route and hub of Hubbub, sessions and memberships from memory.

The token `user<number>` is user <number>, a member of 20 channels of which `all` is everybody's. POST /bench/event
delivers events; GET /bench/state says how many sockets are open, the RSS and the CPU time of the worker.
"""

import gc
import os
import time
from pathlib import Path
from typing import Any

import gevent

from hubbub.core.clock import now_ms
from hubbub.core.config.store import ConfigStore
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import HttpApp, Router
from hubbub.core.http.request import Request
from hubbub.core.realtime import Hub, HubPorts, HubSettings
from hubbub.core.realtime.route import PATH, websocket

CHANNELS_OF_A_USER = 20
TEXT = "x" * 800


class Memory:
    """Sessions and memberships as caches would hold them: one object per user."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}

    def get_by_token(self, token: str) -> Session | None:
        if not token.startswith("user"):
            return None
        session = self.sessions.get(token)
        if session is None:
            user_id = token[4:].zfill(26)
            end = now_ms() + 86_400_000
            session = Session(id="s" + user_id[1:], token=token, user_id=user_id, roles="system_user", expires_at=end)
            self.sessions[token] = session
        return session

    def channel_ids_of(self, user_id: str) -> list[str]:
        own = int(user_id) // 10
        return ["all".zfill(26), *(f"{own + number:026d}" for number in range(CHANNELS_OF_A_USER - 1))]


def rss_kib() -> int:
    """Return the resident memory of this process, in KiB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


class BenchApp:
    """What gunicorn runs; `hubbub_app` makes the worker start the hub."""

    def __init__(self) -> None:
        memory = Memory()
        ports = HubPorts(
            session_by_token=memory.get_by_token,
            channel_ids_of=memory.channel_ids_of,
            team_ids_of=lambda _user_id: ["team".zfill(26)],
            has_permission=lambda _session, _name: False,
            server_version=lambda: "11.6.0.bench.hash.true",
        )
        self.hub = Hub(ports, HubSettings(handshakes_per_second=5000))
        router = Router()
        router.get(PATH, websocket(self.hub), auth="optional", csrf=False)
        router.get("/bench/state", self.state, auth="none")
        router.post("/bench/event", self.event, auth="none")
        store = ConfigStore(Path(os.environ["BENCH_FOLDER"]) / "config.json", {})
        sessions: Any = memory
        self.http = HttpApp(store, router, lambda: sessions)

    def start(self) -> None:
        self.hub.start()

    def stop(self) -> None:
        self.hub.stop()

    def state(self, req: Request) -> dict[str, Any]:
        if req.query_bool("collect"):
            gc.collect()
        return {
            "sockets": self.hub.connected_count,
            "rss_kib": rss_kib(),
            "cpu_s": time.process_time(),
            "pid": os.getpid(),
        } | self.hub.stats.as_dict()

    def event(self, req: Request) -> dict[str, Any]:
        """Deliver `count` events to everybody, one after another; return the CPU time that took, in all."""
        spent = 0.0
        size = 0
        for number in range(req.query_int("count", 1)):
            post = f'{{"id":"{number:026d}","message":"{TEXT}"}}'
            data = {"post": post, "channel_type": "O", "sender_name": "@bench", "team_id": "team".zfill(26)}
            before = self.hub.stats.events
            begin = time.process_time()
            self.hub.deliver(Event(name="posted", data=data, broadcast=Broadcast(channel_id="all".zfill(26))))
            while self.hub.stats.events - before < self.hub.connected_count:
                gevent.sleep(0.002)
            spent += time.process_time() - begin
            size = len(post)
            gevent.sleep(req.query_int("gap_ms", 20) / 1000)
        return {"cpu_s": spent, "post_bytes": size}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.http(environ, start_response)


bench_app = BenchApp()


class Wsgi:
    hubbub_app = bench_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return bench_app(environ, start_response)


application = Wsgi()
