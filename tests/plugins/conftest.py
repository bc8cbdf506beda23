"""Servers for tests of plugins: the real app over a real database, asked through its WSGI callable."""

import io
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from hubbub import plugins as built_in
from hubbub.core.app import App, create_app
from hubbub.core.config import ConfigStore
from hubbub.core.contracts.realtime import Event
from hubbub.tests.services.databases import DatabaseSource

API = "/api/v4"
PASSWORD = "Correct-horse-9"


class Answer:
    """What came back: `status`, `headers` (lower-case names), `body`, `json`."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers}
        self.cookies = [value for name, value in headers if name.lower() == "set-cookie"]
        self.body = body

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def error(self) -> str:
        """The error's id; fails for a success."""
        assert self.status >= 400, f"expected an error, got {self.status}: {self.body[:300]!r}"
        return str(self.json["id"])

    def __repr__(self) -> str:
        return f"Answer({self.status}, {self.body[:400]!r})"


class Client:
    """Asks one server; remembers the token of whoever it signed in."""

    def __init__(self, wsgi: Callable[..., Any]) -> None:
        self._wsgi = wsgi
        self.token = ""
        self.user: dict[str, Any] = {}

    @property
    def id(self) -> str:
        """The id of the signed-in user."""
        return str(self.user["id"])

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
    ) -> Answer:
        """Send a request below /api/v4 (or any path that begins with it); `body` is sent as JSON, bytes as they are."""
        target = urlsplit(path if path.startswith(API) else API + path)
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": target.path,
            "QUERY_STRING": urlencode(query, doseq=True) if query else target.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(data)),
            "CONTENT_TYPE": "application/json",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        for name, value in (sent | (headers or {})).items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        return self._send(environ)

    def _send(self, environ: dict[str, Any]) -> Answer:
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun[:] = [int(status.split()[0]), headers]

        chunks = self._wsgi(environ, start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        return Answer(begun[0], begun[1], body)

    def get(self, path: str, **options: Any) -> Answer:
        """Send a GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a POST."""
        return self.request("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a PUT."""
        return self.request("PUT", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a PATCH."""
        return self.request("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> Answer:
        """Send a DELETE."""
        return self.request("DELETE", path, **options)

    def login(self, login_id: str, password: str = PASSWORD, **more: Any) -> Answer:
        """Sign in and keep the token; the answer may be a refusal."""
        answer = self.post("/users/login", {"login_id": login_id, "password": password, **more})
        if answer.status == 200:
            self.token = answer.headers["token"]
            self.user = answer.json
        return answer


class Server:
    """One app under test. `sent` are the events it published, oldest first."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.wsgi = app.wsgi
        self.sent: list[Event] = []
        send = app._send

        def record(event: Event) -> None:
            self.sent.append(event)
            send(event)

        app._send = record  # type: ignore[method-assign]  # a test listens in

    def events(self, name: str) -> list[Event]:
        """Return the events of a name that were sent."""
        return [event for event in self.sent if event.name == name]

    def client(self) -> Client:
        """Return a client that nobody has signed in."""
        return Client(self.wsgi)

    def sign_up(self, username: str, **fields: Any) -> Client:
        """Create an account (the first one is system admin) and sign it in."""
        client = self.client()
        body = {"username": username, "email": f"{username}@example.com", "password": PASSWORD, **fields}
        created = client.post("/users", body)
        assert created.status == 201, created
        assert client.login(username, body["password"]).status == 200
        return client

    def make_user_manager(self, admin: Client, client: Client) -> None:
        """Have `admin` make somebody a user manager who may edit accounts (by default that role may only read)."""
        role = admin.get("/roles/name/system_user_manager").json
        extra = ["edit_other_users", "sysconsole_write_user_management_users"]
        assert admin.put(f"/roles/{role['id']}/patch", {"permissions": role["permissions"] + extra}).status == 200
        assert admin.put(f"/users/{client.id}/roles", {"roles": "system_user system_user_manager"}).status == 200

    def configure(self, **sections: dict[str, Any]) -> None:
        """Change settings while the server runs: `configure(TeamSettings={"EnableOpenServer": False})`."""
        self.app.config_store.update(sections, patch=True)

    def settle(self) -> None:
        """Wait until the background work that was queued is done."""
        assert self.app.tasks.drain(10)

    def stop(self) -> None:
        """Stop the app."""
        self.app.stop()


MakeServer = Callable[..., Server]


def write_config(
    folder: Path, source: DatabaseSource, only: tuple[str, ...], sections: dict[str, dict[str, Any]]
) -> Path:
    """Write a config.json for a test and return its path; `only` are the plugins that are on (empty: as they wish)."""
    folder.mkdir(parents=True, exist_ok=True)
    states = (
        {entry.name: {"Enable": entry.name in only} for entry in pkgutil.iter_modules(built_in.__path__)}
        if only
        else {}
    )
    document: dict[str, dict[str, Any]] = {
        "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source},
        "HubbubSettings": {"DataDirectory": str(folder)},
        "TeamSettings": {"EnableOpenServer": True},
        "PluginSettings": {
            "Directory": str(folder / "plugins"),
            "PluginStates": states,
            # As few rounds as the setting allows: tests sign in hundreds of times.
            "Plugins": {"auth_password": {"Iterations": 1000}},
        },
    }
    for name, values in sections.items():
        document[name] = {**document.get(name, {}), **values}
    path = folder / "config.json"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[MakeServer]:
    """Return `make(source, only=(), **sections)`: a started server on a database, stopped after the test.

    Several may share a database, as the workers of one server do (without a bus between them).
    """
    servers: list[Server] = []

    def make(source: DatabaseSource, only: tuple[str, ...] = (), **sections: dict[str, Any]) -> Server:
        path = write_config(tmp_path / f"server{len(servers)}", source, only, sections)
        server = Server(create_app(ConfigStore(path)).hubbub_app)
        servers.append(server)
        server.app.start()
        return server

    yield make
    for server in servers:
        server.stop()
