"""The scenarios that are compared with other servers: what one operation is, and what it cost.

Definitions follow docs/benchmarks.md. CPU is user + system time of the server's processes and of the database's.
"""

import time
from collections.abc import Callable
from typing import Any, Final

import gevent
from listeners import Listeners
from load import Connection, Unexpected, hammer, percentile, request
from measure import Meter, rss_kib
from people_of import People

CLIENTS: Final = 32
SIGNING_IN: Final = 4
PASSWORD: Final = "a Long enough passw0rd"
POSTS_PER_SECOND: Final = 20


class Result:
    """One row of the table; times in ms."""

    def __init__(self, name: str, operations: int, cpu: tuple[float, float, float], latencies: list[float]) -> None:
        server, database, passed = cpu
        self.name = name
        self.extra = ""
        self.operations = operations
        self.rate = operations / passed
        self.server = server / operations * 1000
        self.database = database / operations * 1000
        self.p50, self.p95, self.p99 = (percentile(latencies, share) for share in (0.5, 0.95, 0.99))


class Bench:
    """A running server with people in it."""

    def __init__(self, server: Any, database_pid: int | None, people: People, seconds: float) -> None:
        self.server = server
        self.people = people
        self.seconds = seconds
        self.meter = Meter(server.pid, database_pid)

    def _hammer(
        self, name: str, next_request: Callable[[int, int], bytes], status: int = 200, clients: int = CLIENTS
    ) -> Result:
        hammer(self.server.port, clients, min(1.0, self.seconds), next_request, status)  # warm
        self.meter.start()
        latencies = hammer(self.server.port, clients, self.seconds, next_request, status)
        return Result(name, len(latencies), self.meter.stop(), latencies)

    def ping(self) -> Result:
        """GET /system/ping."""
        data = request("GET", "/system/ping")
        return self._hammer("ping", lambda _client, _number: data)

    def me(self) -> Result:
        """GET /users/me."""
        tokens = self.people.tokens(0)
        return self._hammer("me", lambda client, _number: request("GET", "/users/me", tokens[client % len(tokens)]))

    def login(self) -> Result:
        """POST /users/login, four at a time; the passwords are hashed as the server's settings say."""
        connection = Connection(self.server.port)
        for number in range(SIGNING_IN):
            account = {"username": f"signer{number}", "email": f"signer{number}@example.org", "password": PASSWORD}
            status, body = connection.ask(request("POST", "/users", self.people.admin, account))
            if status != 201:
                raise Unexpected(f"{status}: {body[:200]!r}")
        connection.close()

        def sign_in(client: int, _number: int) -> bytes:
            return request("POST", "/users/login", "", {"login_id": f"signer{client}", "password": PASSWORD})

        return self._hammer("login", sign_in, clients=SIGNING_IN)

    def _page(self, headers: str = "") -> Callable[[int, int], bytes]:
        channel, tokens = self.people.channel(0), self.people.tokens(0)
        path = f"/channels/{channel}/posts?page=0&per_page=60"
        return lambda client, _number: request("GET", path, tokens[client % len(tokens)], headers=headers)

    def read_channel(self) -> Result:
        """The newest page of a channel of 500 posts that nobody writes to meanwhile."""
        return self._hammer("read_channel", self._page())

    def read_channel_older(self) -> Result:
        """The page before the newest: never kept encoded, always from the database."""
        channel, tokens = self.people.channel(0), self.people.tokens(0)
        path = f"/channels/{channel}/posts?page=1&per_page=60"
        return self._hammer(
            "read_channel (page 1)", lambda client, _number: request("GET", path, tokens[client % len(tokens)])
        )

    def read_channel_gzip(self) -> Result:
        """The newest page, compressed."""
        return self._hammer("read_channel_gzip", self._page("Accept-Encoding: gzip\r\n"))

    def read_channel_304(self) -> Result:
        """The newest page, which the client has."""
        connection = Connection(self.server.port)
        etag = connection.header(self._page()(0, 0), b"etag")
        connection.close()
        return self._hammer("read_channel_304", self._page(f"If-None-Match: {etag}\r\n"), 304)

    def create_post(self) -> Result:
        """POST /posts into one channel of 100 members, nobody on a WebSocket."""
        channel, users = self.people.channel(0), self.people.users(0)

        def post(client: int, number: int) -> bytes:
            user = users[client % len(users)]
            text = f"Hello, this is message {number} of client {client}, as people write them."
            body = {"channel_id": channel, "message": text, "pending_post_id": f"{user['id']}:{time.time_ns()}"}
            return request("POST", "/posts", user["token"], body)

        return self._hammer("create_post", post, 201)

    def fan_out(self, sockets: int) -> Result:
        """One poster at 20 posts/s; an operation is an event delivered to one of `sockets` WebSocket clients."""
        users = self.people.users(0)
        listeners = Listeners(self.server.port)
        for number in range(sockets):
            listeners.connect(users[number % len(users)]["token"])
        listeners.run_for(1.0)
        listeners.events, listeners.latencies = 0, []
        self.meter.start()
        receiver = _in_thread(listeners.run_for, self.seconds + 1.5)
        self._post_steadily()
        receiver.get()
        cpu = self.meter.stop()
        result = Result(f"fanout_{sockets}", max(1, listeners.events), cpu, listeners.latencies)
        if listeners.lost:
            raise Unexpected(f"{listeners.lost} WebSockets were closed by the server")
        result.rate = result.operations / self.seconds  # posting lasts so long, listening a little longer
        result.extra = f"{rss_kib(self.server.worker_pids[0]) // 1024} MB RSS"
        listeners.close()
        return result

    def _post_steadily(self) -> None:
        poster, channel = self.people.users(0)[0], self.people.channel(0)
        connection, end, due = Connection(self.server.port), time.monotonic() + self.seconds, time.monotonic()
        while time.monotonic() < end:
            text = f"sent at {time.time_ns() // 1000}, a message that everybody in the channel hears of" + " x" * 60
            status, body = connection.ask(
                request("POST", "/posts", poster["token"], {"channel_id": channel, "message": text})
            )
            if status != 201:
                raise Unexpected(f"{status}: {body[:200]!r}")
            due += 1 / POSTS_PER_SECOND
            gevent.sleep(max(0.0, due - time.monotonic()))
        connection.close()

    def mixed(self) -> Result:
        """100 users in 5 channels of 20, each with a WebSocket, looping: view, posts since, post, status, typing."""
        listeners = Listeners(self.server.port)
        crowd = [(room, user) for room in range(5) for user in self.people.users(room)[:20]]
        for _, user in crowd:
            listeners.connect(user["token"])
        receiver = _in_thread(listeners.run_for, self.seconds + 2.5)

        def step(client: int, number: int) -> bytes:
            room, user = crowd[(client + CLIENTS * (number // 5)) % len(crowd)]
            return _mixed_request(number % 5, self.people.channel(room), user)

        latencies: list[float] = []
        self.meter.start()
        end = time.monotonic() + self.seconds

        def one(client: int) -> None:
            connection, number = Connection(self.server.port), 0
            while time.monotonic() < end:
                began = time.perf_counter()
                status, body = connection.ask(step(client, number))
                latencies.append(time.perf_counter() - began)
                number += 1
                if status not in (200, 201):
                    raise Unexpected(f"{status}: {body[:200]!r}")
            connection.close()

        gevent.joinall([gevent.spawn(one, client) for client in range(CLIENTS)], raise_error=True)
        cpu = self.meter.stop()
        receiver.get()
        listeners.close()
        return Result("mixed", len(latencies), cpu, latencies)


def _in_thread(run: Callable[[float], None], seconds: float) -> Any:
    """Run in a native thread, so that listening does not wait for the load client's greenlets."""
    return gevent.get_hub().threadpool.spawn(run, seconds)


def _mixed_request(kind: int, channel: str, user: dict[str, str]) -> bytes:
    token = user["token"]
    if kind == 0:
        return request("POST", "/channels/members/me/view", token, {"channel_id": channel})
    if kind == 1:
        since = int(time.time() * 1000) - 2000
        return request("GET", f"/channels/{channel}/posts?since={since}", token)
    if kind == 2:
        return request("POST", "/posts", token, {"channel_id": channel, "message": "A message in the mix of things."})
    if kind == 3:
        return request("POST", "/users/status/ids", token, [user["id"]])
    return request("POST", "/users/me/typing", token, {"channel_id": channel})
