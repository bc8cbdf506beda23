"""A server with accounts, sessions and audits."""

from typing import Any

import pytest

CORE = ("roles", "users", "auth_password", "sessions", "audits")


@pytest.fixture
def server(make_server: Any, database: Any) -> Any:
    """Return a server on each engine in turn."""
    return make_server(database, CORE)
