"""Servers with statuses, and WebSocket clients of the app under test, each on one end of a socket pair."""

import _socket
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from hubbub.core.contracts.sessions import SessionService
from hubbub.core.contracts.statuses import StatusService
from hubbub.tests.core.realtime.raw import RawClient, client_frame

PATIENCE_S = 10.0
PLUGINS = ("roles", "users", "auth_password", "sessions", "preferences", "statuses")
WITH_CHANNELS = (*PLUGINS, "teams", "channels")


class Socket(RawClient):
    """A signed-in WebSocket of a client."""

    def __init__(self, server: Any, client: Any) -> None:
        session = server.app.services.get(SessionService).get_by_token(client.token)
        self.sock, theirs = socket.socketpair()
        self.sock.settimeout(PATIENCE_S)
        self.buffer = b""
        self.number = 0
        raw = _socket.socket(fileno=theirs.detach())
        raw.setblocking(False)
        server.app.hub.accept(raw, session=session)
        assert self.json()["event"] == "hello"

    def event(self, name: str) -> dict[str, Any]:
        """Return the data of the next event of a name, skipping others."""
        while True:
            message = self.json()
            if message.get("event") == name:
                data: dict[str, Any] = message["data"]
                return data

    def act(self, action: str, **data: Any) -> dict[str, Any]:
        """Send an action and return its reply, skipping events."""
        self.number += 1
        self.send(client_frame(json.dumps({"seq": self.number, "action": action, "data": data}).encode()))
        while True:
            message: dict[str, Any] = self.json()
            if message.get("seq_reply") == self.number:
                return message

    def events_so_far(self) -> list[str]:
        """Return the names of the events that were sent before now."""
        names = []
        self.number += 1
        self.send(client_frame(json.dumps({"seq": self.number, "action": "ping"}).encode()))
        while "seq_reply" not in (message := self.json()):
            names.append(message["event"])
        return names

    def close(self) -> None:
        """End the connection."""
        self.sock.close()


class World:
    """A server and its sockets."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.sockets: list[Socket] = []
        loaded = server.app.plugins._loaded["statuses"]
        self.presence = loaded.plugin._presence
        self.statuses = server.app.services.get(StatusService)
        self.db = server.app.db

    def sign_up(self, name: str) -> Any:
        """Create an account and sign it in."""
        return self.server.sign_up(name)

    def connect(self, client: Any) -> Socket:
        """Open a WebSocket for a client."""
        self.sockets.append(Socket(self.server, client))
        return self.sockets[-1]

    def status(self, client: Any) -> str:
        """Return a user's status as another request sees it, once what is under way is done."""
        self.server.settle()
        answer = client.get(f"/users/{client.id}/status")
        assert answer.status == 200, answer
        return str(answer.json["status"])

    def wait_for_status(self, client: Any, status: str) -> None:
        """Return once the user has this status."""
        wait_for(lambda: self.status(client) == status)

    def idle(self, client: Any, since: int = 1) -> None:
        """Let the user have done nothing since then (ms)."""
        self.db.execute("UPDATE {status} SET lastactivityat = ? WHERE userid = ?", (since, client.id))
        self.statuses._statuses.invalidate(client.id)


def wait_for(condition: Callable[[], object]) -> None:
    """Return once the condition is true; fail when it takes too long."""
    with gevent.Timeout(PATIENCE_S):
        while not condition():
            gevent.sleep(0.01)


@pytest.fixture
def make_world(make_server: Any) -> Iterator[Callable[..., World]]:
    """Return `make(database, plugins, **sections)`; whoever leaves is offline at once."""
    worlds: list[World] = []

    def make(database: Any, plugins: tuple[str, ...] = PLUGINS, **sections: dict[str, Any]) -> World:
        worlds.append(World(make_server(database, plugins, **sections)))
        worlds[-1].server.configure(PluginSettings={"Plugins": {"statuses": {"OfflineAfterSeconds": 0}}})
        return worlds[-1]

    yield make
    for world in worlds:
        for one in world.sockets:
            one.close()


@pytest.fixture
def world(make_world: Any, database: Any) -> World:
    """Return a server on each engine in turn."""
    made: World = make_world(database)
    return made
