"""A team with people and channels, whose messages are filtered."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.tests.plugins.posts.world import ONLY, database, make_talk

__all__ = ["database", "make_filtered", "make_talk"]


@pytest.fixture
def make_filtered(make_talk: Any) -> Callable[..., Any]:
    """Return `make(**settings)`: people in a channel of a server with these filters on, by id, and their settings."""

    def make(rules: dict[str, Any] | None = None, **settings: dict[str, Any]) -> Any:
        only = (*ONLY, *settings)
        plugins = {
            "PluginStates": {name: {"Enable": True} for name in only},
            "Plugins": {"auth_password": {"Iterations": 1000}, **settings},
        }
        return make_talk(only, PluginSettings=plugins, MessageFilters=rules or {})

    return make
