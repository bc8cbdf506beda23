"""Servers with accounts and sessions whose people sign in at a provider."""

from collections.abc import Iterator
from typing import Any

import pytest

from hubbub.tests.plugins.auth_oauth.idp import Idp
from hubbub.tests.plugins.auth_oauth.kit import SITE

ONLY = ("roles", "users", "auth_password", "sessions", "auth_oauth")


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
def only() -> tuple[str, ...]:
    """Return which plugins the server has; modules that need more have a fixture of this name."""
    return ONLY


@pytest.fixture
def server(make_server: Any, database: Any, idp: Idp, only: tuple[str, ...]) -> Any:
    """Return a server that knows the provider by OpenID Connect and, as GitLab, by OAuth 2.0 alone."""
    server = make_server(
        database,
        only,
        ServiceSettings={"SiteURL": SITE},
        OpenIdSettings=idp.openid(),
        GitLabSettings=idp.oauth(),
    )
    server.sign_up("admin")
    return server
