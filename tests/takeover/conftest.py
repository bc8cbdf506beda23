"""Databases as Mattermost servers of several versions leave them, and Hubbub started on them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from hubbub.core.app import create_app
from hubbub.core.config import ConfigStore
from hubbub.core.db import Database
from hubbub.tests.plugins.conftest import Client, Server
from hubbub.tests.services.databases import Databases, DatabaseSource, Engine
from hubbub.tests.takeover.people import PASSWORD, token
from hubbub.tests.takeover.rows import contents
from hubbub.tests.takeover.site import fill, make_tables
from hubbub.tests.takeover.versions import V9_11, V10_11, V11_6, Version, columns

KINDS: Final = [  # engine and version, in the order of how many sites have them
    pytest.param(("postgres", V11_6), id="11.6-postgres"),
    pytest.param(("postgres", V10_11), id="10.11-postgres"),
    pytest.param(("postgres", V9_11), id="9.11-postgres"),
    pytest.param(("mysql", V10_11), id="10.11-mysql", marks=pytest.mark.mysql),
    pytest.param(("mysql", V9_11), id="9.11-mysql", marks=pytest.mark.mysql),
]


def open_database(source: DatabaseSource) -> Database:
    """Return a database to look into, as no server of ours does."""
    settings = {
        "DriverName": source.driver_name, "DataSource": source.data_source, "MaxIdleConns": 2, "MaxOpenConns": 2,
        "ConnMaxLifetimeMilliseconds": 0, "ConnMaxIdleTimeMilliseconds": 0, "QueryTimeout": 20, "Trace": False,
    }  # fmt: skip
    return Database(SimpleNamespace(**settings))


def build(source: DatabaseSource, version: Version) -> None:
    """Make the tables and rows of a site."""
    for step in (lambda db: make_tables(db, version), lambda db: fill(version).insert(db)):
        db = open_database(source)  # a new one for the rows: it learns how the tables are spelled when it connects
        step(db)
        db.close()


def config(source: DatabaseSource, folder: Path, **sections: dict[str, Any]) -> Path:
    """Write a config.json as a Mattermost server has it, pointing at the database."""
    document: dict[str, dict[str, Any]] = {
        "ServiceSettings": {"SiteURL": "https://chat.example.com", "EnableUserAccessTokens": True,
                            "GoogleDeveloperKey": "", "CollapsedThreads": "always_on"},
        "TeamSettings": {"SiteName": "Harbour", "MaxUsersPerTeam": 50},
        "SqlSettings": {
            "DriverName": source.driver_name, "DataSource": source.data_source, "MaxIdleConns": 20,
            "DataSourceReplicas": [], "Trace": False, "AtRestEncryptKey": "k" * 32, "QueryTimeout": 30,
        },
        "FileSettings": {"DriverName": "local", "Directory": str(folder / "data")},
        "HubbubSettings": {"DataDirectory": str(folder / "hubbub"), "RunDirectory": str(folder / "run")},
        "PluginSettings": {"Directory": str(folder / "plugins"), "Plugins": {"com.mattermost.calls": {"enable": 1}},
                           "PluginStates": {"com.mattermost.calls": {"Enable": True}}},
        "ClusterSettings": {"Enable": False},
    }  # fmt: skip
    for name, values in sections.items():
        document[name] = {**document.get(name, {}), **values}
    (folder / "data").mkdir(parents=True, exist_ok=True)
    path = folder / "config.json"
    path.write_text(json.dumps(document))
    return path


class Site:
    """A site that was taken over: `server` runs on its database, `before` is what was in it."""

    def __init__(self, version: Version, source: DatabaseSource, folder: Path) -> None:
        self.version = version
        self.source = source
        self.db = open_database(source)
        self.tables = sorted(columns(version))
        self.before = contents(self.db, self.tables)
        self.path = config(source, folder)
        self.server = self._started()

    def _started(self) -> Server:
        server = Server(create_app(ConfigStore(self.path)).hubbub_app)
        server.app.start()
        return server

    def restart(self) -> None:
        """Stop the server and start another on the same database."""
        self.server.stop()
        self.server = self._started()

    def sign_in(self, name: str) -> Client:
        """Sign in with the password that the account has had."""
        client = self.server.client()
        answer = client.login(name, PASSWORD)
        assert answer.status == 200, answer
        return client

    def resume(self, session: str) -> Client:
        """Return a client that goes on with a session of before."""
        client = self.server.client()
        client.token = token(session)
        return client

    def offers(self, template: str) -> bool:
        """Say whether some plugin answers this path: what is being built comes piece by piece."""
        return any(route.template == template for route in self.server.app.router.routes)

    def close(self) -> None:
        """Stop it."""
        self.server.stop()
        self.db.close()


def built(databases: Databases, engine: Engine, version: Version) -> Any:
    """Return the context of a copy of a site's database."""
    return databases.copy(engine, f"mattermost {version.name}", lambda source: build(source, version))


@pytest.fixture(scope="module", params=KINDS)
def site(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Yield a site of each version and engine, taken over; tests of a module share it."""
    engine, version = request.param
    folder = tmp_path_factory.mktemp("site")
    with built(databases, engine, version) as source:
        found = Site(version, source, folder)
        yield found
        found.close()
    shutil.rmtree(folder, ignore_errors=True)
