"""Servers for tests of plugins: the real app over a real database, asked through its WSGI callable."""

import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from hubbub import plugins as built_in
from hubbub.core.app import App, create_app
from hubbub.core.config import ConfigStore
from hubbub.core.testing import PASSWORD, Answer, RunningApp, client
from hubbub.tests.services.databases import Databases, DatabaseSource


class Client(client.Client):
    """A client that returns refusals, for tests that look at them."""

    def __init__(self, wsgi: Callable[..., Any]) -> None:
        super().__init__(client.WsgiTransport(wsgi), strict=False)

    def login(self, login_id: str, password: str = PASSWORD, **more: Any) -> Answer:
        """Sign in and keep the token; the answer may be a refusal."""
        return super().login(login_id, password, **more)


class Server(RunningApp):
    """One app under test, started by `make_server`. `sent` are the events it published, oldest first."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.wsgi = app.wsgi

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
        "FileSettings": {"Directory": str(folder / "files")},
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


def migrate(source: DatabaseSource) -> None:
    """Make the tables of all built-in plugins in an empty database."""
    with TemporaryDirectory() as folder:
        app = create_app(ConfigStore(write_config(Path(folder), source, (), {}))).hubbub_app
        app.migrate()
        app.db.close()


@pytest.fixture
def database(databases: Databases, request: pytest.FixtureRequest) -> Iterator[DatabaseSource]:
    """Yield a database with all tables and nothing in them, on each engine in turn."""
    with databases.copy(request.param, "tables", migrate) as source:
        yield source


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
