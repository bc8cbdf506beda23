"""A server that can be managed over the API."""

from typing import Any

import pytest

PLUGINS = ("roles", "users", "auth_password", "sessions", "system")


@pytest.fixture
def server(make_server: Any, database: Any) -> Any:
    """Return a server on each engine in turn."""
    return make_server(database, PLUGINS)
