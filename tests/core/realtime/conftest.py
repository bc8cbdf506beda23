"""Servers for the tests of real time; a test of the protocol runs in both seats."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubbub.tests.core.realtime.world import SEATS, Server, World, servers


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    yield from servers(tmp_path)


@pytest.fixture(params=SEATS)
def server(request: pytest.FixtureRequest, make_server: Callable[..., Server], world: World) -> Server:
    return make_server(request.param, world)


@pytest.fixture
def own(make_server: Callable[..., Server], world: World) -> Server:
    return make_server("own", world)
