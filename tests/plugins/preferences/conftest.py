"""A server with accounts and their preferences."""

from typing import Any

import pytest


@pytest.fixture
def server(make_server: Any, database: Any) -> Any:
    """Return a server on each engine in turn."""
    return make_server(database, ("roles", "users", "auth_password", "sessions", "preferences"))
