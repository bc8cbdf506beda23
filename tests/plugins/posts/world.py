"""A team with people and channels, to talk in: built once per engine and run of tests, then copied."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from hubbub.core.testing import make_app
from hubbub.tests.plugins.conftest import migrate
from hubbub.tests.services.databases import Databases, DatabaseSource

ONLY = (
    *"roles users auth_password sessions teams channels preferences statuses posts sidebar".split(),
    *"emoji reactions post_priority storage_local".split(),
)
NAMES = "alice bob carol dave eve".split()


def made(answer: Any) -> dict[str, Any]:
    """Return what was created."""
    assert answer.status == 201, answer
    return dict(answer.json)


def build(source: DatabaseSource) -> None:
    """Fill an empty database: see `Talk`."""
    migrate(source)
    with TemporaryDirectory() as folder:
        sections = {
            "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source},
            "TeamSettings": {"EnableOpenServer": True, "EnableJoinLeaveMessageByDefault": False},
        }
        with make_app(sections, only=ONLY, data_directory=Path(folder)) as app:
            alice, bob, carol, dave, _eve = (app.create_user(name) for name in NAMES)
            team = alice.post("/teams", {"name": "crew", "display_name": "Crew", "type": "O"}).json["id"]
            for client in (bob, carol, dave):
                alice.post(f"/teams/{team}/members", {"team_id": team, "user_id": client.id})
            body = {"team_id": team, "name": "talk", "display_name": "Talk", "type": "O"}
            channel = alice.post("/channels", body).json["id"]
            for client in (bob, carol):
                alice.post(f"/channels/{channel}/members", {"user_id": client.id})


class Talk:
    """alice (admin), bob and carol are in the team and its channel; dave is in the team only, eve in nothing."""

    def __init__(self, server: Any, password: str) -> None:
        self.server = server
        self.alice, self.bob, self.carol, self.dave, self.eve = clients = [server.client() for _ in NAMES]
        for name, client in zip(NAMES, clients, strict=True):
            assert client.login(name, password).status == 200
        self.team = str(self.alice.get("/teams/name/crew").json["id"])
        self.channel = str(self.alice.get(f"/teams/{self.team}/channels/name/talk").json["id"])

    def make_channel(self, name: str, *members: Any, type: str = "O") -> str:
        """Return the id of a new channel of alice's."""
        body = {"team_id": self.team, "name": name, "display_name": name.title(), "type": type}
        channel = made(self.alice.post("/channels", body))["id"]
        for client in members:
            made(self.alice.post(f"/channels/{channel}/members", {"user_id": client.id}))
        return str(channel)

    def make_guest(self, name: str, *channels: str) -> Any:
        """Return a guest who is in the team and in some of its channels."""
        guest = self.server.sign_up(name)
        answer = self.alice.put(f"/users/{guest.id}/roles", {"roles": "system_guest"})
        assert answer.status == 200, answer
        guest.login(name)
        made(self.alice.post(f"/teams/{self.team}/members", {"team_id": self.team, "user_id": guest.id}))
        for channel in channels:
            made(self.alice.post(f"/channels/{channel}/members", {"user_id": guest.id}))
        return guest

    def say(self, author: Any, message: str, **fields: Any) -> dict[str, Any]:
        """Return a new post in the channel."""
        return made(author.post("/posts", {"channel_id": self.channel, "message": message, **fields}))

    def messages(self, reader: Any, channel: str = "", **query: Any) -> list[str]:
        """Return the texts of a page of what people wrote, newest first."""
        answer = reader.get(f"/channels/{channel or self.channel}/posts", query=query)
        assert answer.status == 200, answer
        posts = [answer.json["posts"][post_id] for post_id in answer.json["order"]]
        return [post["message"] for post in posts if not post["type"]]

    def member(self, client: Any, channel: str = "") -> dict[str, Any]:
        """Return a client's membership."""
        return dict(client.get(f"/channels/{channel or self.channel}/members/{client.id}").json)

    def mentions(self, client: Any, channel: str = "") -> int:
        """Return how many mentions a client hasn't seen."""
        return int(self.member(client, channel)["mention_count"])

    def totals(self, channel: str = "") -> tuple[int, int]:
        """Return how many posts, and how many roots among them, the channel counts."""
        found = self.alice.get(f"/channels/{channel or self.channel}").json
        return found["total_msg_count"], found["total_msg_count_root"]


@pytest.fixture
def database(databases: Databases, request: pytest.FixtureRequest) -> Iterator[DatabaseSource]:
    """Yield a database with people and channels on each engine in turn, dropped after the test."""
    with databases.copy(request.param, "talk", build) as source:
        yield source


@pytest.fixture
def make_talk(database: DatabaseSource, make_server: Any) -> Any:
    """Return `make(**sections)`: another server on the same database, and everybody signed in there."""

    def make(only: tuple[str, ...] = ONLY, **sections: dict[str, Any]) -> Talk:
        quiet = {"EnableOpenServer": True, "EnableJoinLeaveMessageByDefault": False}
        sections["TeamSettings"] = {**quiet, **sections.get("TeamSettings", {})}
        return Talk(make_server(database, only, **sections), "Correct-horse-9")

    return make


@pytest.fixture
def talk(make_talk: Any) -> Talk:
    """Return a server with people in a channel, on each engine in turn."""
    talk: Talk = make_talk()
    return talk
