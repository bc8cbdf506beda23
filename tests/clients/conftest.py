"""Running servers for foreign clients: one worker on SQLite, three on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from hubbub.core.testing import LiveServer
from hubbub.tests.services.databases import Databases

NAMES = count(1)
SETTINGS = {"ServiceSettings": {"EnableUserAccessTokens": True}}


@pytest.fixture(scope="session")
def single_server() -> Iterator[LiveServer]:
    """Yield a server of one worker on SQLite; its first account, the system admin, is taken."""
    with LiveServer(SETTINGS) as server:
        server.create_user("admin")
        yield server


@contextmanager
def three_workers(databases: Databases) -> Iterator[LiveServer]:
    """Yield a server of three workers on PostgreSQL; its first account, the system admin, is taken."""
    with databases.fresh("postgres") as source:
        config = SETTINGS | {
            "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source, "MaxOpenConns": 10},
            "HubbubSettings": {"Workers": 3},
        }
        with LiveServer(config, settings={"statuses": {"OfflineAfterSeconds": 1}}) as server:
            server.wait_until(lambda: len(server.worker_pids) == 3)
            server.create_user("admin")
            yield server


@pytest.fixture(scope="session")
def cluster(databases: Databases) -> Iterator[LiveServer]:
    """Yield a server of three workers that all tests share."""
    with three_workers(databases) as server:
        yield server


@pytest.fixture
def own_cluster(databases: Databases) -> Iterator[LiveServer]:
    """Yield a server of three workers of this test's own, to kill them at will."""
    with three_workers(databases) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres, 3 workers"])
def server(request: pytest.FixtureRequest) -> LiveServer:
    """Return each of the two servers in turn."""
    kind = "single_server" if request.param == "sqlite" else "cluster"
    found: LiveServer = request.getfixturevalue(kind)
    return found


@pytest.fixture
def new_name() -> Callable[[str], str]:
    """Return a function that makes names nobody has: the servers are shared by all tests."""
    return lambda base: f"{base}-{next(NAMES)}"
