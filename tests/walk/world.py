"""A server with people in a team and its channels, in which each operation can succeed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gevent.pywsgi import WSGIServer

from hubbub.core.contracts.permissions import PermissionService
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.realtime import Event
from hubbub.core.testing import Answer, Client, RunningApp
from hubbub.core.testing.factories import PASSWORD
from hubbub.tests.meta.operations import operations
from hubbub.tests.walk.case import Case, Made

SWITCHED = "switched"
CONFIG: dict[str, dict[str, Any]] = {
    "ServiceSettings": {
        "EnableMultifactorAuthentication": True,
        "EnableUserAccessTokens": True,
        "EnableBotAccountCreation": True,
        "AllowedUntrustedInternalConnections": "127.0.0.1",
        "EnableCustomUserStatuses": True,
        "EnableAPITeamDeletion": True,
        "EnableEmailInvitations": True,
    },
    "GuestAccountsSettings": {"Enable": True},
    "SupportSettings": {"CustomTermsOfServiceEnabled": True},
    "RateLimitSettings": {"Enable": False},
    "FileSettings": {"EnablePublicLink": True},
    "FeatureFlags": {"MoveThreadsEnabled": True},
    "EmailSettings": {"SendPushNotifications": True},
}
_FIELD = re.compile(r"\{([a-z_]+)\}")
_PATH_FIELD = re.compile(r"\{([A-Za-z_]+)(?::[a-z]+)?\}")


def _empty_object(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b"{}"]


class Switched:
    """A plugin to be turned on and off."""

    manifest = Manifest(id=SWITCHED, version="1.0.0", reloadable=True)

    def __init__(self, context: PluginContext) -> None:
        pass


class World:
    """Alice is system admin; bob owns the team "crew" and its channel "talk", carol is a member of both, dave of the
    team only; eve is in nothing: the outsider.
    """

    def __init__(self, server: RunningApp) -> None:
        self.server = server
        names = ("alice", "bob", "carol", "dave", "eve")
        self.people = {name: server.create_user(name) for name in names}
        self.alice, self.bob, self.carol, self.dave, self.eve = self.people.values()
        for person in self.people.values():
            person._strict = False
        self._seen = 0
        self._listener: WSGIServer | None = None
        self._integration: WSGIServer | None = None
        self._closers: list[Callable[[], object]] = []
        self._numbers = iter(range(1, 100_000))
        self.team = server.create_team("crew", owner=self.bob, members=(self.carol, self.dave))
        self.channel = server.create_channel("talk", owner=self.bob, team=self.team, members=(self.carol,))
        root = self.bob.create_post(self.channel, "first words")
        reply = self.carol.create_post(self.channel, "an answer for @bob", root_id=root["id"])
        self.values: Made = {
            "user_id": self.bob.id,
            **{f"{name}_id": person.id for name, person in self.people.items()},
            "username": "bob",
            "email": "bob@example.com",
            "team_id": self.team["id"],
            "team_name": "crew",
            "invite_id": self.team["invite_id"],
            "channel_id": self.channel["id"],
            "channel_name": "talk",
            "post_id": root["id"],
            "reply_id": reply["id"],
            "since": str(root["create_at"]),
            "role_name": "system_user",
            "role_id": self.alice.get("/roles/name/system_user").json["id"],
            "password": PASSWORD,
        }

    def sign_in(self) -> None:
        """Sign everybody in again, for when a request ended all sessions."""
        for name, person in self.people.items():
            person.login(name, PASSWORD, expect=200)

    # what cases make

    def number(self) -> int:
        """Return a number that no other call gets."""
        return next(self._numbers)

    def new_user(self) -> Client:
        """Return a new account, signed in."""
        return self.server.create_user(f"new{self.number()}")

    def new_team(self) -> dict[str, Any]:
        """Return a team of bob's, with carol in it."""
        return dict(self.server.create_team(f"team-{self.number()}", owner=self.bob, members=(self.carol,)))

    def new_channel(self, **fields: Any) -> dict[str, Any]:
        """Return a channel of bob's, with carol in it."""
        name = f"channel-{self.number()}"
        return dict(self.server.create_channel(name, owner=self.bob, team=self.team, members=(self.carol,), **fields))

    def new_bot(self) -> dict[str, Any]:
        """Return a bot of alice's."""
        return dict(self.alice.post("/bots", {"username": f"bot{self.number()}"}, expect=201).json)

    def new_group(self) -> dict[str, Any]:
        """Return the group channel of bob, carol and dave."""
        ids = [self.bob.id, self.carol.id, self.dave.id]
        return dict(self.bob.post("/channels/group", ids, expect=201).json)

    def new_post(self, message: str = "something to read", **fields: Any) -> dict[str, Any]:
        """Return a post of bob's in the channel."""
        return dict(self.bob.create_post(self.channel, message, **fields))

    def listen(self) -> str:
        """Return the address at which the server can be asked from outside."""
        if self._listener is None:
            self._listener = WSGIServer(("127.0.0.1", 0), self.server.app.wsgi, log=None)
            self._listener.start()
        return f"http://127.0.0.1:{self._listener.server_port}"

    def integration(self) -> str:
        """Return the address of somebody's server that answers everything with an empty object."""
        if self._integration is None:
            self._integration = WSGIServer(("127.0.0.1", 0), _empty_object, log=None)
            self._integration.start()
        return f"http://127.0.0.1:{self._integration.server_port}"

    def close(self) -> None:
        """Stop listening, and what cases started."""
        for closer in self._closers:
            closer()
        for server in (self._listener, self._integration):
            if server is not None:
                server.stop()

    def on_close(self, closer: Callable[[], object]) -> None:
        """Have something called at the end."""
        self._closers.append(closer)

    def new_events(self) -> list[Event]:
        """Return the events that were sent since this was asked last."""
        self.server.settle()
        fresh, self._seen = self.server.sent[self._seen :], len(self.server.sent)
        return fresh

    @contextmanager
    def without(self, permissions: frozenset[str], prefix: str = "") -> Iterator[None]:
        """Have no role grant some permissions, nor those that begin with `prefix`."""
        service: Any = self.server.app.services.get(PermissionService)
        load = service._load  # where roles become permissions
        forget = self.server.app.caches.invalidate_all

        def fewer(roles: str) -> frozenset[str]:
            return frozenset(
                name for name in load(roles) if name not in permissions and not (prefix and name.startswith(prefix))
            )

        service._load = fewer
        forget()
        try:
            yield
        finally:
            service._load = load
            forget()

    # asking

    def ask(self, case: Case, who: str) -> Answer:
        """Make what the case needs, and send its request as somebody."""
        values = {**self.values, **(case.make(self) if case.make else {})}
        operation = operations()[case.operation]
        path = _PATH_FIELD.sub(lambda field: values[field[1]], operation.path)
        if case.query:
            path += "?" + fill(case.query, values)
        client = self.people[who] if who in self.people else self.client(values.get(who, ""))
        body = case.body(self) if callable(case.body) else fill(case.body, values)
        if isinstance(body, str):  # a form, not JSON
            body = body.encode()
        headers = fill(case.headers, values)
        answer = client.request(operation.method, path, body, headers=headers, raw_path=True)
        if case.after is not None:
            case.after(self)
        return answer

    def client(self, token: str) -> Client:
        """Return a client with a token; an empty one is nobody's."""
        client = self.server.client()
        client._strict, client.token = False, token
        return client


def fill(value: Any, values: Made) -> Any:
    """Return a value with its `{name}`s filled, at every depth."""
    if isinstance(value, dict):
        return {fill(key, values): fill(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, values) for item in value]
    return _FIELD.sub(lambda field: values[field[1]], value) if isinstance(value, str) else value
