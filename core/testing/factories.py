"""People, teams, channels: made over the API, as clients do."""

from itertools import count
from typing import Any, Final

from hubbub.core.testing.client import Client

PASSWORD: Final = "Correct-horse-9"
"""What everybody's password is."""


class Factories:
    """What servers of tests have in common; `client()` is theirs."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def client(self) -> Client:
        """Return a client that nobody has signed in."""
        raise NotImplementedError

    def create_user(self, username: str = "", *, password: str = PASSWORD, **fields: Any) -> Client:
        """Create an account and return its signed-in client; the server's first account is system admin."""
        name = username or f"user{next(self._numbers)}"
        client = self.client()
        account = {"username": name, "email": f"{name}@example.com", "password": password, **fields}
        client.post("/users", account, expect=201)
        client.login(name, password, expect=200)
        return client

    def create_team(self, name: str = "", *, owner: Client, members: tuple[Client, ...] = (), **fields: Any) -> Any:
        """Create a team of `owner` and return its record."""
        name = name or f"team{next(self._numbers)}"
        team = owner.post(
            "/teams", {"name": name, "display_name": name.title(), "type": "O", **fields}, expect=201
        ).json
        for member in members:
            owner.post(f"/teams/{team['id']}/members", {"team_id": team["id"], "user_id": member.id}, expect=201)
        return team

    def create_channel(
        self,
        name: str = "",
        *,
        owner: Client,
        team: dict[str, Any] | None = None,
        members: tuple[Client, ...] = (),
        **fields: Any,
    ) -> Any:
        """Create a public channel of `owner`, in a new team unless one is given, and return its record."""
        team = team or self.create_team(owner=owner, members=members)
        name = name or f"channel{next(self._numbers)}"
        body = {"team_id": team["id"], "name": name, "display_name": name.title(), "type": "O", **fields}
        channel = owner.post("/channels", body, expect=201).json
        for member in members:
            owner.post(f"/channels/{channel['id']}/members", {"user_id": member.id}, expect=201)
        return channel

    def create_post(self, message: str = "hello", *, author: Client, channel: Any = None, **fields: Any) -> Any:
        """Post a message, into a new channel unless one is given, and return the post."""
        return author.create_post(channel or self.create_channel(owner=author), message, **fields)
