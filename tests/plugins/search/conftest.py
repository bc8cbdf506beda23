"""A server in which people search: one per engine and module, so each test uses words of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.app import create_app
from hubbub.core.config import ConfigStore
from hubbub.tests.plugins.conftest import Server, write_config
from hubbub.tests.plugins.posts.world import ONLY, Talk, build, made
from hubbub.tests.services.databases import Databases, DatabaseSource

PLUGINS = (*ONLY, "search", "search_database")


class Searching(Talk):
    """The people of `Talk`, and what they find."""

    def __init__(self, server: Server) -> None:
        super().__init__(server, "Correct-horse-9")
        self.direct = str(made(self.alice.post("/channels/direct", [self.alice.id, self.bob.id]))["id"])
        self.group = str(made(self.alice.post("/channels/group", [self.bob.id, self.carol.id]))["id"])

    def search(self, client: Any, terms: str, *, everywhere: bool = False, **more: Any) -> Any:
        """Return the answer to a search in the team (or everywhere)."""
        path = "/posts/search" if everywhere else f"/teams/{self.team}/posts/search"
        return client.post(path, {"terms": terms, "is_or_search": False, **more})

    def found(self, client: Any, terms: str, **more: Any) -> list[str]:
        """Return the texts that are found, in the order they come in."""
        answer = self.search(client, terms, **more)
        assert answer.status == 200, answer
        return [answer.json["posts"][post_id]["message"] for post_id in answer.json["order"]]


@pytest.fixture(scope="module")
def database(databases: Databases, request: pytest.FixtureRequest) -> Iterator[DatabaseSource]:
    """Yield a database with people and channels on each engine in turn."""
    with databases.copy(request.param, "talk", build) as source:
        yield source


@pytest.fixture(scope="module")
def world(database: DatabaseSource, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searching]:
    """Yield the server and its people."""
    server = start(database, tmp_path_factory.mktemp("server"))
    yield Searching(server)
    server.stop()


def start(source: DatabaseSource, folder: Path, **sections: dict[str, Any]) -> Server:
    """Start a server on a database."""
    sections["TeamSettings"] = {"EnableOpenServer": True, "EnableJoinLeaveMessageByDefault": False}
    server = Server(create_app(ConfigStore(write_config(folder, source, PLUGINS, sections))).hubbub_app)
    server.app.start()
    return server
