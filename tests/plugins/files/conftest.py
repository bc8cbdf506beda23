"""A team with people and channels, on a server that keeps files."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.files.kit import ONLY
from hubbub.tests.plugins.posts.world import database, make_talk

__all__ = ["database", "folder", "make_site", "make_talk", "site"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the server keeps files."""
    return tmp_path / "kept"


@pytest.fixture
def make_site(make_talk: Any, folder: Path) -> Any:
    """Return `make(**sections)`: people in a channel of a server that keeps files."""

    def make(**sections: dict[str, Any]) -> Any:
        sections["FileSettings"] = {"Directory": str(folder), **sections.get("FileSettings", {})}
        return make_talk(ONLY, **sections)

    return make


@pytest.fixture
def site(make_site: Any) -> Any:
    """Return people in a channel."""
    return make_site()
