"""Operations of the plugin outgoing_oauth_connections."""

from contextlib import ExitStack
from typing import Any, Final

from hubbub.tests.services.oauth_server import Client, running
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

BODY: Final = {
    "name": "Robots",
    "client_id": Client.client_id,
    "client_secret": Client.secret,
    "oauth_token_url": "https://sso.example.org/token",
    "grant_type": "client_credentials",
    "audiences": ["https://robots.example.org"],
}
TEAM: Final = "team_id={team_id}"
_running: Final = ExitStack()


def turn_on(world: World) -> Made:
    """Allow connections."""
    allowed = {"EnableOutgoingOAuthConnections": True}
    world.server.configure(ServiceSettings=allowed)
    return {}


def turn_off(world: World) -> None:
    """Take that back."""
    _running.close()
    off = {"EnableOutgoingOAuthConnections": False}
    world.server.configure(ServiceSettings=off)


def connection(world: World) -> Made:
    """Make a connection."""
    turn_on(world)
    return {"connection_id": world.alice.post("/oauth/outgoing_connections", BODY, expect=201).json["id"]}


def trial(world: World) -> dict[str, Any]:
    """Return a connection to a server that gives tokens."""
    server = _running.enter_context(running())
    return {**BODY, "oauth_token_url": f"{server.url}/token"}


def case(operation: str, **fields: Any) -> Case:
    """Return a case of an administrator's."""
    return Case(operation=operation, who="alice", query=TEAM, after=turn_off, **fields)


CASES: Final = [
    case("ListOutgoingOAuthConnections", make=connection),
    case("CreateOutgoingOAuthConnection", make=turn_on, body=BODY),
    case("GetOutgoingOAuthConnection", make=connection),
    case("UpdateOutgoingOAuthConnection", make=connection, body={**BODY, "name": "Bots"}),
    case("DeleteOutgoingOAuthConnection", make=connection, answer="StatusOK"),
    case("ValidateOutgoingOAuthConnection", make=turn_on, body=trial, answer="StatusOK"),
]
