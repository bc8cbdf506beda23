"""The world of the walk, once per engine."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.core.log import LOG_FILE_NAME
from hubbub.core.testing import make_app
from hubbub.tests.services.databases import ENGINES, Databases
from hubbub.tests.walk.world import CONFIG, Switched, World


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `world` once per engine: on SQLite alone unless it says otherwise."""
    if "world" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("engines")
    named: Any = marker.args if marker else ("sqlite",)
    chosen = metafunc.config.getoption("--engine") or ENGINES
    marks = {"mysql": [pytest.mark.mysql]}
    parameters = [pytest.param(engine, marks=marks.get(engine, [])) for engine in named if engine in chosen]
    metafunc.parametrize("world", parameters, indirect=True, scope="package")


@pytest.fixture(scope="package")
def world(databases: Databases, request: pytest.FixtureRequest) -> Iterator[World]:
    """Yield the world on an engine."""
    with databases.fresh(request.param) as source, tempfile.TemporaryDirectory() as folder:
        (Path(folder) / LOG_FILE_NAME).write_text("a line\n")
        sections = {
            **CONFIG,
            "LogSettings": {"EnableFile": True, "FileLocation": folder},
            "SqlSettings": {"DriverName": source.driver_name, "DataSource": source.data_source},
        }
        with make_app(sections, plugins=[Switched], data_directory=Path(folder)) as server:
            world = World(server)
            yield world
            world.close()
