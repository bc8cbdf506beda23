"""A folder for a server with plugins that the test writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.tests.core.plugin_kit import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return the folder of a server; what it starts is stopped after the test."""
    site = Site(tmp_path / "site")
    yield site
    site.stop()
