"""A small world (users, sessions, memberships) and servers that hold its WebSockets, in each of the two seats."""

import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import msgspec
from gevent.pywsgi import WSGIServer
from gevent.server import StreamServer
from geventwebsocket.handler import WebSocketHandler
from gunicorn.config import Config as GunicornConfig
from websockets.sync.client import ClientConnection, connect

from hubbub.core.clock import now_ms
from hubbub.core.config.store import ConfigStore
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.core.http import HttpApp, Router
from hubbub.core.http_fast.connection import Connection as HttpConnection
from hubbub.core.http_fast.serve import serve
from hubbub.core.http_fast.settings import Settings
from hubbub.core.ids import new_id
from hubbub.core.realtime import Hub, HubPorts, HubSettings
from hubbub.core.realtime.route import PATH, websocket

PATIENCE = 10.0
SEATS = ("own", "gevent-websocket")


class World:
    """Who exists, and what the hub is told about them. Plain dictionaries; `slow` delays every answer (seconds)."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}
        self.channels: dict[str, set[str]] = {}
        self.teams: dict[str, set[str]] = {}
        self.admins: set[str] = set()
        self.visible: set[tuple[str, str]] = set()
        self.mfa_missing: set[str] = set()
        self.said: list[tuple[str, ...]] = []
        self.read: list[str] = []
        self.slow = 0.0
        self.down = False
        self.site_url = ""
        self.origins = ""

    def sign_in(self, user_id: str = "", *, guest: bool = False, expires_in: int = 0) -> Session:
        """Return a new session; without `user_id` of a new user. `expires_in`: ms."""
        session = Session(
            id=new_id(),
            token=new_id(),
            user_id=user_id or new_id(),
            expires_at=now_ms() + expires_in if expires_in else 0,
            props={"is_guest": "true"} if guest else {},
        )
        self.sessions[session.token] = session
        return session

    def get_by_token(self, token: str) -> Session | None:
        self._answer()
        session = self.sessions.get(token)
        return None if session is None or session.is_expired(now_ms()) else session

    def channel_ids_of(self, user_id: str) -> list[str]:
        found = list(self.channels.get(user_id, ()))
        self.read.append(user_id)
        self._answer()
        return found

    def team_ids_of(self, user_id: str) -> list[str]:
        return list(self.teams.get(user_id, ()))

    def _answer(self) -> None:
        if self.slow:
            gevent.sleep(self.slow)
        if self.down:
            raise OSError("the database is down")

    def ports(self, **others: Any) -> HubPorts:
        return HubPorts(
            session_by_token=self.get_by_token,
            channel_ids_of=self.channel_ids_of,
            team_ids_of=self.team_ids_of,
            has_permission=lambda session, _name: session.user_id in self.admins,
            can_see=lambda viewer, other: (viewer, other) in self.visible,
            mfa_passed=lambda session: session.user_id not in self.mfa_missing,
            on_connect=lambda connection: self.said.append(("connect", connection.user_id)),
            on_disconnect=lambda connection, last: self.said.append(("disconnect", connection.user_id, str(last))),
            on_message=lambda connection, request: self.said.append(("message", request.action)),
            server_version=lambda: "11.6.0.1.hash.true",
            version="11.6.0",
            hostname="host-1",
            site_url=lambda: self.site_url,
            allowed_origins=lambda: self.origins,
            **others,
        )


class MiniWorker:
    """As much of a worker as one connection of the fast path needs."""

    def __init__(self, application: Any) -> None:
        self.alive = True
        self.settings = Settings.of(GunicornConfig())
        self.application = application
        self.log = logging.getLogger("test")
        self.access_log = False

    def count_request(self) -> None:
        pass

    def answer_unusual(self, connection: HttpConnection) -> bool:
        connection.refuse(400)
        return False


class Server:
    """A listening server with a hub. `url` is the WebSocket's address."""

    def __init__(self, seat: str, world: World, folder: Path, settings: HubSettings | None = None, **ports: Any):
        self.seat = seat
        self.world = world
        self.hub = Hub(world.ports(**ports), settings)
        self.hub.start()
        router = Router()
        router.get(PATH, websocket(self.hub), auth="optional", csrf=False)
        router.get("/api/v4/hello", lambda _req: {"hello": "http"}, auth="none")
        sessions: Any = world
        self.app = HttpApp(ConfigStore(folder / "config.json", {}), router, lambda: sessions)
        self.listener: Any = self._listen()
        self.listener.start()
        self.port = self.listener.server_port
        self.url = f"ws://127.0.0.1:{self.port}{PATH}"
        self.clients: list[Client] = []
        self.raw_clients: list[socket.socket] = []

    def _listen(self) -> Any:
        if self.seat == "gevent-websocket":
            return WSGIServer(("127.0.0.1", 0), self.app, handler_class=WebSocketHandler, log=None)
        worker: Any = MiniWorker(self.app)

        def handle(client: Any, address: Any) -> None:
            client.setblocking(True)
            serve(HttpConnection(client, address, ("127.0.0.1", 0), worker.settings), worker)

        return StreamServer(("127.0.0.1", 0), handle)

    def stop(self) -> None:
        for client in self.clients:
            client.cut()
        for raw in self.raw_clients:
            raw.close()
        self.hub.stop(timeout=0.5)
        self.listener.stop(timeout=0.5)

    # -- clients

    def connect(
        self, session: Session | None = None, query: str = "", headers: dict[str, str] | None = None, **options: Any
    ) -> "Client":
        """Return a client of the `websockets` library; with a session it sends it as a bearer token."""
        headers = dict(headers or {})
        if session is not None:
            headers.setdefault("Authorization", f"Bearer {session.token}")
        options.setdefault("compression", None)
        url = self.url + (f"?{query}" if query else "")
        opening = connect(url, additional_headers=headers, open_timeout=PATIENCE, ping_interval=None, **options)
        client = Client(opening.__enter__())
        self.clients.append(client)
        return client

    def user(self, session: Session | None = None, **options: Any) -> "Client":
        """Return a client that has had its hello."""
        client = self.connect(session or self.world.sign_in(), **options)
        hello = client.next()
        assert hello["event"] == "hello"
        client.connection_id = hello["data"]["connection_id"]
        return client

    def event(self, name: str = "posted", data: dict[str, Any] | None = None, per_user: Any = None, **to: Any) -> None:
        """Deliver an event."""
        self.hub.deliver(Event(name=name, data=data or {}, broadcast=Broadcast(**to), per_user=per_user))

    def settled(self) -> None:
        """Wait until nothing is on its way to a connection any more."""
        wait_for(lambda: not any(user.refreshing for user in self.hub.registry.index.users.values()))


class Client:
    """A WebSocket client as tests want it: decoded messages, or what the close said."""

    def __init__(self, inner: ClientConnection) -> None:
        self.inner = inner
        self.connection_id = ""
        self.number = 0

    def next(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """Return the next message."""
        text = self.inner.recv(timeout=timeout)
        assert isinstance(text, str)
        message: dict[str, Any] = msgspec.json.decode(text)
        return message

    def events(self, count: int) -> list[dict[str, Any]]:
        return [self.next() for _ in range(count)]

    def act(self, action: str, data: dict[str, Any] | None = None, seq: int | None = None) -> dict[str, Any]:
        """Send an action and return its reply, which must be the next message."""
        self.say(action, data, seq)
        return self.next()

    def say(self, action: str, data: dict[str, Any] | None = None, seq: int | None = None) -> None:
        self.number += 1
        message = {"seq": self.number if seq is None else seq, "action": action, "data": data or {}}
        self.inner.send(msgspec.json.encode(message).decode())

    def marker(self) -> dict[str, Any]:
        """Return the next message after asking for a pong: what comes before the pong was sent before."""
        return self.act("ping")

    def cut(self) -> None:
        """End the TCP connection without a close frame."""
        with contextlib.suppress(OSError):
            self.inner.socket.shutdown(socket.SHUT_RDWR)
        self.inner.socket.close()


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once the condition is true; fail when it takes too long."""
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        gevent.sleep(0.01)
    raise AssertionError("waited in vain")


def servers(folder: Path) -> Iterator[Callable[..., Server]]:
    """Yield a maker of servers and stop them at the end."""
    made: list[Server] = []

    def make(seat: str = "own", world: World | None = None, **options: Any) -> Server:
        made.append(Server(seat, world or World(), folder, **options))
        return made[-1]

    yield make
    for server in made:
        server.stop()
