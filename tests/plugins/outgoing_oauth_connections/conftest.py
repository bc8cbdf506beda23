"""A server with webhooks and commands, a real token endpoint, and somebody's server that is asked with its tokens."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, Talk, database, make_talk
from hubbub.tests.services.integration import ALLOWED, Integration
from hubbub.tests.services.integration import running as integration_running
from hubbub.tests.services.oauth_server import Client, OAuthServer
from hubbub.tests.services.oauth_server import running as oauth_running

__all__ = ["database", "make_talk"]

CONNECTIONS = "/oauth/outgoing_connections"


class Site:
    """A talk with what its integrations need."""

    def __init__(self, talk: Talk, oauth: OAuthServer, integration: Integration) -> None:
        self.talk, self.oauth, self.integration = talk, oauth, integration
        self.alice, self.bob, self.server = talk.alice, talk.bob, talk.server

    def body(self, **fields: Any) -> dict[str, Any]:
        """Return a connection for the integration's address."""
        return {
            "name": "Robots",
            "client_id": Client.client_id,
            "client_secret": Client.secret,
            "oauth_token_url": f"{self.oauth.url}/token",
            "grant_type": "client_credentials",
            "audiences": [self.integration.url],
            **fields,
        }

    def connection(self, **fields: Any) -> dict[str, Any]:
        """Return a new connection."""
        return dict(self.alice.post(CONNECTIONS, self.body(**fields), expect=201).json)

    def command(self, **fields: Any) -> None:
        """Make a command that the integration answers."""
        body = {"team_id": self.talk.team, "trigger": "ask", "method": "P", "url": self.integration.url, **fields}
        self.alice.post("/commands", body, expect=201)

    def run(self) -> Any:
        """Run it."""
        body = {"channel_id": self.talk.channel, "command": "/ask me"}
        return self.bob.post("/commands/execute", body)

    def sent(self) -> list[str]:
        """Return the Authorization headers that the integration got."""
        return [asked.headers.get("Authorization", "") for asked in self.integration.asked]


@pytest.fixture
def make_site(make_talk: Any, oauth: OAuthServer, integration: Integration) -> Any:
    """Return `make_site(**settings)`: a site with these ServiceSettings."""

    def make(**settings: Any) -> Site:
        on = (*ONLY, "webhooks", "commands", "outgoing_oauth_connections")
        service = ALLOWED | {"EnableOutgoingOAuthConnections": True} | settings
        return Site(make_talk(on, ServiceSettings=service), oauth, integration)

    return make


@pytest.fixture
def site(make_site: Any) -> Site:
    """Return a site, on each engine in turn."""
    found: Site = make_site()
    return found


@pytest.fixture
def oauth() -> Iterator[OAuthServer]:
    """Yield a token endpoint."""
    with oauth_running() as server:
        yield server


@pytest.fixture
def integration() -> Iterator[Integration]:
    """Yield somebody's server."""
    with integration_running() as server:
        server.answers({"text": "here"})
        yield server
