"""What tests with foreign clients share: scripts run as processes of their own, and sockets told apart by worker."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from hubbub.core.testing import PASSWORD, Answer, Client, LiveServer, WebSocketClient
from hubbub.core.testing.client import HttpTransport

HERE: Final = Path(__file__).parent
SCRIPT_S: Final = 60
"""How long a client may take, start of its interpreter included."""


class ScriptFailed(AssertionError):
    """A client ended with an error, or did not end; the text is the end of what it printed."""


def environment(python_path: Path | None = None) -> dict[str, str]:
    """Return what a client finds in its environment; `python_path` is searched before what is installed."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MM_", "HUBBUB_"))}
    return kept if python_path is None else kept | {"PYTHONPATH": str(python_path)}


def run_client(server: LiveServer, command: list[str], asked: dict[str, Any]) -> Any:
    """Run a client as a process of its own, untouched by gevent, and return the JSON of the last line it prints.

    `asked` and the server's address are handed over as JSON on standard input.
    """
    asked = {"host": server.host, "port": server.port, "url": server.url, **asked}
    try:
        done = subprocess.run(
            command, input=json.dumps(asked), capture_output=True, text=True, timeout=SCRIPT_S, env=environment()
        )
    except subprocess.TimeoutExpired as late:
        said = [part.decode(errors="replace")[-3000:] for part in (late.stdout, late.stderr) if part]
        raise ScriptFailed(f"{command[1:]} did not end within {SCRIPT_S} s; it said:\n" + "\n".join(said)) from None
    lines = done.stdout.strip().splitlines()
    if done.returncode != 0 or not lines:
        said = f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        log = "\n".join(line[:1500] for line in server.log.splitlines()[-4:])
        raise ScriptFailed(f"{command[1:]} ended with status {done.returncode}:\n{said}\nThe server said:\n{log}")
    return json.loads(lines[-1])


def python_script(name: str) -> list[str]:
    """Return the command that runs one of our scripts with the interpreter of the tests."""
    return [sys.executable, str(HERE / "scripts" / f"{name}.py")]


@contextmanager
def only(server: LiveServer, worker: int) -> Iterator[None]:
    """Hold the other workers, so that what connects meanwhile lands on this one."""
    others = [pid for pid in server.worker_pids if pid != worker]
    try:
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in others:
            os.kill(pid, signal.SIGCONT)


def socket_on(server: LiveServer, worker: int, user: Client | None, **options: Any) -> WebSocketClient:
    """Return a WebSocket of a user that a certain worker holds; `options` are those of `LiveServer.websocket`."""
    with only(server, worker):
        return server.websocket(user, **options)


class Pinned:
    """One kept connection to one worker."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def get(self, path: str, token: str) -> Answer:
        """Ask for a path below /api/v4 as the owner of a token."""
        self._connection.request("GET", f"/api/v4{path}", headers={"Authorization": f"Bearer {token}"})
        response = self._connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())


@contextmanager
def each_worker(server: LiveServer) -> Iterator[dict[int, Pinned]]:
    """Yield a kept connection to every worker, by its process id."""
    with ExitStack() as opened:
        found: dict[int, Pinned] = {}
        for pid in server.worker_pids:
            connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
            opened.callback(connection.close)
            with only(server, pid):
                connection.request("GET", "/api/v4/system/ping")
                connection.getresponse().read()
            found[pid] = Pinned(connection)
        yield found


class Browser:
    """A client as browsers are: keeps the cookies it is given, sends no Authorization, says who it is by cookie.

    What changes something carries the CSRF token, as the official web client does. Any status is returned.
    """

    def __init__(self, server: LiveServer) -> None:
        self._client = Client(HttpTransport(server.host, server.port), strict=False)
        self.cookies: dict[str, str] = {}
        self.user: dict[str, Any] = {}

    @property
    def cookie_header(self) -> str:
        """What it sends as `Cookie`."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def request(
        self, method: str, path: str, body: Any = None, *, csrf: bool = True, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send a request below /api/v4 and keep the cookies of the answer."""
        sent = {"X-Requested-With": "XMLHttpRequest"} | ({"Cookie": self.cookie_header} if self.cookies else {})
        if csrf and method != "GET" and "MMCSRF" in self.cookies:
            sent["X-CSRF-Token"] = self.cookies["MMCSRF"]
        answer = self._client.request(method, path, body, headers=sent | (headers or {}))
        for cookie in answer.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def login(self, name: str, password: str = PASSWORD) -> Answer:
        """Sign in as the login page does."""
        answer = self.request("POST", "/users/login", {"login_id": name, "password": password, "token": ""})
        self.user = answer.json
        return answer
