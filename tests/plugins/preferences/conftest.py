"""A server with accounts and their preferences."""

from typing import Any

import pytest

from hubbub.plugins.preferences.service import Preferences

ONLY = ("roles", "users", "auth_password", "sessions", "preferences")


@pytest.fixture
def server(make_server: Any, database: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a server on each engine in turn, on which new accounts have no preferences."""
    monkeypatch.setattr(Preferences, "give_defaults", lambda *_: None)
    return make_server(database, ONLY)
