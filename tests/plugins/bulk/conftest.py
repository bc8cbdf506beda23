"""Servers to import into."""

from typing import Any

import pytest

from hubbub.tests.plugins.bulk.kit import ONLY


@pytest.fixture
def server(make_server: Any, database: Any) -> Any:
    """Return an empty server, on each engine in turn."""
    return make_server(database, ONLY)


@pytest.fixture
def make_empty(make_server: Any, databases: Any) -> Any:
    """Return `make(engine)`: an empty server more."""
    from contextlib import ExitStack

    from hubbub.tests.plugins.conftest import migrate

    with ExitStack() as stack:
        yield lambda engine: make_server(stack.enter_context(databases.copy(engine, "tables", migrate)), ONLY)
