"""Three workers on PostgreSQL are one server: whoever holds a connection, everybody hears and knows the same."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hubbub.core.testing import PASSWORD, Client, LiveServer, WebSocketClient
from hubbub.tests.clients.kit import each_worker, socket_on


class Rooms:
    """Alice and bob in one channel, and sockets of theirs on workers of choice."""

    def __init__(self, server: LiveServer, stack: ExitStack, new_name: Callable[[str], str]) -> None:
        self._server, self._stack = server, stack
        self.workers = server.worker_pids
        self.alice, self.bob = server.create_user(new_name("alice")), server.create_user(new_name("bob"))
        self.team = server.create_team(owner=self.alice, members=(self.bob,))
        self.channel = server.create_channel(owner=self.alice, team=self.team, members=(self.bob,))

    def socket(self, user: Client | None, worker: int, **options: Any) -> WebSocketClient:
        """Return a socket of a user on the worker of this number."""
        return self._stack.enter_context(socket_on(self._server, self.workers[worker], user, **options))

    def sockets(self, user: Client) -> list[WebSocketClient]:
        """Return a socket of a user on every worker."""
        return [self.socket(user, number) for number in range(len(self.workers))]


@pytest.fixture
def rooms(cluster: LiveServer, new_name: Callable[[str], str]) -> Iterator[Rooms]:
    """Yield people and sockets of the server with three workers."""
    with ExitStack() as stack:
        yield Rooms(cluster, stack, new_name)


def heard_before(socket: WebSocketClient, last: str) -> list[str]:
    """Return the messages posted by people that a socket hears up to this one."""
    heard = [""]
    while heard[-1] != last:
        post = json.loads(socket.wait_for("posted")["data"]["post"])
        if not post["type"]:
            heard.append(post["message"])
    return heard[1:]


def answered_by_all(server: LiveServer, ask: Callable[[Any], bool]) -> None:
    """Wait until every worker answers as wanted: news take a moment over the bus."""
    with each_worker(server) as workers:
        for worker in workers.values():
            server.wait_until(lambda worker=worker: ask(worker), timeout=10)


def test_two_people_on_two_workers_hear_each_other(rooms: Rooms) -> None:
    alice, bob = rooms.socket(rooms.alice, 0), rooms.socket(rooms.bob, 1)
    for number in range(5):
        rooms.alice.create_post(rooms.channel, f"from alice {number}")
        rooms.bob.create_post(rooms.channel, f"from bob {number}")
    wanted = [f"from {name} {number}" for number in range(5) for name in ("alice", "bob")]
    assert heard_before(alice, "from bob 4") == wanted
    assert heard_before(bob, "from bob 4") == wanted
    alice.call("user_typing", channel_id=rooms.channel["id"], parent_id="")
    assert bob.wait_for("typing")["data"]["user_id"] == rooms.alice.id


def test_who_joins_or_leaves_a_channel_does_so_on_every_worker(rooms: Rooms, cluster: LiveServer) -> None:
    sockets = rooms.sockets(rooms.bob)
    room = cluster.create_channel(owner=rooms.alice, team=rooms.team, type="P")
    rooms.alice.post(f"/channels/{room['id']}/members", {"user_id": rooms.bob.id})
    rooms.alice.create_post(room, "bob is in")
    for socket in sockets:
        assert heard_before(socket, "bob is in") == ["bob is in"]
    rooms.alice.delete(f"/channels/{room['id']}/members/{rooms.bob.id}")
    rooms.alice.create_post(room, "bob is gone")
    rooms.alice.create_post(rooms.channel, "for both")
    for socket in sockets:
        assert heard_before(socket, "for both") == ["for both"]
    answered_by_all(cluster, lambda worker: worker.get(f"/channels/{room['id']}", rooms.bob.token).status == 403)


def test_a_session_that_is_revoked_is_refused_by_every_worker(rooms: Rooms, cluster: LiveServer) -> None:
    sockets = rooms.sockets(rooms.bob)
    answered_by_all(cluster, lambda worker: worker.get("/users/me", rooms.bob.token).status == 200)
    rooms.bob.post("/users/logout")
    answered_by_all(cluster, lambda worker: worker.get("/users/me", rooms.bob.token).status == 401)
    rooms.alice.create_post(rooms.channel, "bob must not hear this")
    for socket in sockets:
        cluster.wait_until(lambda socket=socket: refused(socket), timeout=10)
        assert "bob must not hear this" not in str(socket._waiting)


def refused(socket: WebSocketClient) -> bool:
    """Say whether an action is refused for want of a session; a closed connection is refused too."""
    try:
        error = socket.call("get_statuses").get("error", {})
    except ConnectionError:
        return True
    return bool(error.get("id") == "api.web_socket_router.not_authenticated.app_error")


def test_a_role_that_is_granted_holds_on_every_worker(rooms: Rooms, cluster: LiveServer) -> None:
    answered_by_all(cluster, lambda worker: worker.get("/config", rooms.bob.token).status == 403)
    admin = cluster.client()
    admin.login("admin", PASSWORD)
    admin.put(f"/users/{rooms.bob.id}/roles", {"roles": "system_user system_admin"})
    answered_by_all(cluster, lambda worker: worker.get("/config", rooms.bob.token).status == 200)
    admin.put(f"/users/{rooms.bob.id}/active", {"active": False})
    answered_by_all(cluster, lambda worker: worker.get("/users/me", rooms.bob.token).status == 401)


def test_presence_is_known_to_every_worker(rooms: Rooms, cluster: LiveServer) -> None:
    path = f"/users/{rooms.bob.id}/status"
    socket = rooms.socket(rooms.bob, 0)
    answered_by_all(cluster, lambda worker: worker.get(path, rooms.alice.token).json["status"] == "online")
    socket.close()
    answered_by_all(cluster, lambda worker: worker.get(path, rooms.alice.token).json["status"] == "offline")


def test_a_killed_worker_is_replaced_and_nobody_is_left_with_a_hole(own_cluster: LiveServer) -> None:
    alice, bob = own_cluster.create_user("alice"), own_cluster.create_user("bob")
    channel = own_cluster.create_channel(owner=alice, members=(bob,))
    before = own_cluster.worker_pids
    sockets = [own_cluster.websocket(bob) for _ in range(9)]
    os.kill(before[0], signal.SIGKILL)
    # What it had to tell the others may be lost with it, so their clients are sent away to read anew.
    for socket in sockets:
        with pytest.raises(ConnectionError):
            socket.wait_for("never sent")
    own_cluster.wait_until(lambda: len(set(own_cluster.worker_pids) - set(before)) == 1)
    sockets = [own_cluster.websocket(bob) for _ in range(9)]
    for number in range(9):
        alice.create_post(channel, f"number {number}")
    for socket in sockets:
        assert heard_before(socket, "number 8") == [f"number {number}" for number in range(9)]
        socket.close()


class TestResume:
    def test_on_the_same_worker_goes_on_where_it_was(self, rooms: Rooms) -> None:
        before = rooms.socket(rooms.bob, 1)
        next_number = self.leave(rooms, before, worker=1)
        after = self.resume(rooms, 1, before, next_number)
        assert heard_before(after, "while bob was away") == ["while bob was away"]
        rooms.alice.create_post(rooms.channel, "bob is back")
        event = after.wait_for("posted")
        assert "bob is back" in event["data"]["post"]
        assert event["seq"] > next_number
        assert not [message for message in after._waiting if message.get("event") == "hello"]

    def test_on_another_worker_begins_anew_and_says_so(self, rooms: Rooms) -> None:
        before = rooms.socket(rooms.bob, 1)
        next_number = self.leave(rooms, before, worker=2)
        after = self.resume(rooms, 2, before, next_number)
        hello = after.wait_for("hello")
        assert hello["seq"] == 0
        assert hello["data"]["connection_id"] != before.hello["data"]["connection_id"]
        rooms.alice.create_post(rooms.channel, "bob is back")
        assert heard_before(after, "bob is back") == ["bob is back"]

    @staticmethod
    def leave(rooms: Rooms, socket: WebSocketClient, *, worker: int) -> int:
        """Lose the connection while alice talks; return the number that bob expects next.

        On return the worker of that number has heard of what was posted meanwhile.
        """
        rooms.alice.create_post(rooms.channel, "heard")
        event: dict[str, Any] = {"data": {"post": ""}}
        while '"message":"heard"' not in event["data"]["post"]:
            event = socket.wait_for("posted")
        witness = rooms.socket(rooms.alice, worker)
        socket._socket.close()
        rooms.alice.create_post(rooms.channel, "while bob was away")
        heard_before(witness, "while bob was away")
        return int(event["seq"]) + 1

    @staticmethod
    def resume(rooms: Rooms, worker: int, before: WebSocketClient, sequence_number: int) -> WebSocketClient:
        """Connect as a client that wants to go on; the kit's own socket would wait for a hello."""
        headers = {"Authorization": f"Bearer {rooms.bob.token}"}
        query = {"connection_id": before.hello["data"]["connection_id"], "sequence_number": sequence_number}
        return rooms.socket(None, worker, headers=headers, **query)
