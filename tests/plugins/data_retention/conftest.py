"""People in a channel of a server that deletes what is old when a test says so."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.tests.plugins.files.kit import ONLY
from hubbub.tests.plugins.posts.world import database, make_talk

__all__ = ["database", "make_site", "make_talk"]

WITH = (*ONLY, "threads", "reactions", "emoji", "reminders", "preferences", "post_priority", "search_database")


@pytest.fixture
def make_site(make_talk: Any, tmp_path: Path) -> Any:
    """Return `make(**settings)`: a server with these DataRetentionSettings."""

    def make(**settings: Any) -> Any:
        settings.setdefault("TimeBetweenBatchesMilliseconds", 0)
        return make_talk(
            tuple(dict.fromkeys((*WITH, "jobs", "data_retention"))),
            FileSettings={"Directory": str(tmp_path / "kept")},
            DataRetentionSettings=settings,
        )

    return make
