"""Sites to move, built once per engine."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.cli_app import create_offline_app
from hubbub.core.config import ConfigStore
from hubbub.core.moving import rows
from hubbub.tests.moving import sites
from hubbub.tests.services.databases import Databases, DatabaseSource, Engine

Make = Callable[[Engine], DatabaseSource]


# Enough of them for the rows of `sites`; each has its tables made for every target.
_SOME = {"channels", "posts", "preferences", "profile_attributes", "roles", "search_database", "teams", "users"}


@pytest.fixture(scope="session")
def plugins(every_plugin: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the migrations of some plugins."""
    return [entry for entry in every_plugin if entry[0] in _SOME]


@pytest.fixture(scope="session")
def every_plugin(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Return the migrations of all built-in plugins."""
    app = create_offline_app(ConfigStore(tmp_path_factory.mktemp("moving") / "config.json", {}))
    found = app.plugins.migrations()
    app.db.close()
    return found


@pytest.fixture
def site(databases: Databases, plugins: Any) -> Iterator[Make]:
    """Return a function that makes a filled site on an engine."""
    with ExitStack() as made:
        yield lambda engine: made.enter_context(
            databases.copy(engine, "moving", lambda source: sites.build(source, plugins))
        )


@pytest.fixture
def empty(databases: Databases, tmp_path: Path) -> Iterator[Make]:
    """Return a function that makes an empty database on an engine."""
    with ExitStack() as made:
        yield lambda engine: made.enter_context(databases.fresh(engine))


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH", 5)
