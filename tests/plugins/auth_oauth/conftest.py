"""Servers with accounts and sessions whose people sign in at a provider."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.tests.plugins.auth_oauth.idp import Idp
from hubbub.tests.plugins.auth_oauth.kit import SITE

ONLY = ("roles", "users", "auth_password", "sessions", "auth_oauth")
WITH_TEAMS = (*ONLY, "teams", "channels", "invitations")


@pytest.fixture(scope="session")
def provider() -> Iterator[Idp]:
    """Yield the provider of this run; tests take `idp`."""
    idp = Idp()
    yield idp
    idp.stop()


@pytest.fixture
def idp(provider: Idp) -> Idp:
    """Return a provider that behaves."""
    provider.reset()
    return provider


@pytest.fixture
def server(make_server: Any, database: Any, idp: Idp, request: pytest.FixtureRequest) -> Any:
    """Return a server that knows the provider by OpenID Connect and, as GitLab, by OAuth 2.0 alone."""
    teams = request.node.get_closest_marker("teams")
    server = make_server(
        database,
        WITH_TEAMS if teams else ONLY,
        ServiceSettings={"SiteURL": SITE},
        OpenIdSettings=idp.openid(),
        GitLabSettings=idp.oauth(),
    )
    server.sign_up("admin")
    return server
