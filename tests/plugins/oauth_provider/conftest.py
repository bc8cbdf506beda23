"""A server that signs people in elsewhere, and an application that asks."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from hubbub.core.testing import Answer
from hubbub.tests.plugins.conftest import Client, Server

CORE = ("roles", "users", "auth_password", "sessions", "preferences", "oauth_provider")
SITE = "https://chat.example.com"
BACK = "https://app.example.org/back?from=chat"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Application:
    """What an application does: asks by way of somebody's browser, and exchanges what it gets."""

    def __init__(self, server: Server, registered: dict[str, Any]) -> None:
        self.server = server
        self.id = registered["id"]
        self.secret = registered["client_secret"]
        self.verifier = secrets.token_urlsafe(48)

    def challenge(self) -> dict[str, str]:
        """Return the fields of PKCE."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }

    def asks(self, **changed: str) -> dict[str, str]:
        """Return what is asked for; an empty value leaves a field out."""
        fields = {"response_type": "code", "client_id": self.id, "redirect_uri": BACK, "state": "s1", **changed}
        return {name: value for name, value in fields.items() if value}

    def visit(self, person: Client, **changed: str) -> Answer:
        """Send somebody's browser to the page that asks."""
        return person.get(f"/oauth/authorize?{urlencode(self.asks(**changed))}", raw_path=True)

    def let_in(self, person: Client, **changed: str) -> dict[str, str]:
        """Have somebody agree; return what the application is told."""
        answer = person.post("/oauth/authorize", self.asks(**changed), raw_path=True)
        assert answer.status == 200, answer
        return told(answer.json["redirect"])

    def exchange(self, **fields: str) -> Answer:
        """Ask the token endpoint as this application; an empty value leaves a field out."""
        proof = {"client_id": self.id, "client_secret": self.secret}
        body = {name: value for name, value in {**proof, **fields}.items() if value}
        return self.server.client().post("/oauth/access_token", urlencode(body).encode(), headers=FORM, raw_path=True)

    def by_code(self, code: str, **fields: str) -> Answer:
        """Exchange a code."""
        return self.exchange(**{"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **fields})

    def refresh(self, token: str, **fields: str) -> Answer:
        """Exchange a refresh token."""
        return self.exchange(grant_type="refresh_token", refresh_token=token, **fields)

    def tokens_of(self, person: Client) -> dict[str, Any]:
        """Go the whole way and return the tokens."""
        answer = self.by_code(self.let_in(person)["code"])
        assert answer.status == 200, answer
        return dict(answer.json)

    def acting(self, token: str) -> Client:
        """Return a client with an access token."""
        client = self.server.client()
        client.token = token
        return client


def told(location: str) -> dict[str, str]:
    """Return what a redirect to the application tells it."""
    assert location.startswith("https://app.example.org/back?from=chat&"), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items() if name != "from"}


def register(admin: Client, **fields: Any) -> dict[str, Any]:
    """Register an application and return it."""
    body = {
        "name": "Zap",
        "description": "Moves things about",
        "callback_urls": [BACK],
        "homepage": "https://app.example.org",
        **fields,
    }
    answer = admin.post("/oauth/apps", body)
    assert answer.status == 201, answer
    return dict(answer.json)


@pytest.fixture
def server(make_server: Any, database: Any) -> Server:
    """Return a server on each engine in turn."""
    made: Server = make_server(database, CORE, ServiceSettings={"SiteURL": SITE})
    return made


@pytest.fixture
def admin(server: Server) -> Client:
    return server.sign_up("alice")


@pytest.fixture
def bob(server: Server, admin: Client) -> Client:
    return server.sign_up("bob")


@pytest.fixture
def app(server: Server, admin: Client) -> Application:
    """Return an application that keeps a secret."""
    return Application(server, register(admin))


@pytest.fixture
def public_app(server: Server, admin: Client) -> Application:
    """Return an application that can't keep a secret."""
    return Application(server, register(admin, is_public=True))
