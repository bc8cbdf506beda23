"""The engine of each database keeps what `SearchEngine` promises."""

import pytest

from hubbub.core.contracts.search import SearchEngine
from hubbub.core.testing.suites import SearchEngineSuite
from hubbub.tests.plugins.search_database.conftest import Stored


@pytest.mark.engines("sqlite", "postgres", "mysql")
class TestSearchDatabase(SearchEngineSuite):
    @pytest.fixture
    def engine(self, stored: Stored) -> SearchEngine:
        return stored
