"""Who provides what."""

from typing import Protocol

import pytest

from hubbub.core.contracts.search import NullSearchEngine, SearchEngine
from hubbub.core.services import ServiceError, Services


class Clock(Protocol):
    """A contract without a Null class."""


class Wall:
    """A provider."""


@pytest.fixture
def services() -> Services:
    return Services()


def test_a_provider_is_found_by_its_contract(services: Services) -> None:
    wall = Wall()
    services.provide(Clock, wall, owner="wall")
    assert services.get(Clock) is wall
    assert services.owner_of(Clock) == "wall"


def test_what_nobody_provides_is_an_error_that_names_it(services: Services) -> None:
    with pytest.raises(ServiceError, match="no plugin that is on provides Clock"):
        services.get(Clock)
    assert services.owner_of(Clock) is None


def test_a_second_provider_is_refused_and_both_are_named(services: Services) -> None:
    services.provide(Clock, Wall(), owner="wall")
    with pytest.raises(ServiceError, match="plugins 'wall' and 'tower' both provide Clock: turn one of them off"):
        services.provide(Clock, Wall(), owner="tower")
    assert services.owner_of(Clock) == "wall"


def test_withdrawing_takes_all_of_one_owner_and_nothing_else(services: Services) -> None:
    services.provide(Clock, Wall(), owner="wall")
    services.provide(SearchEngine, NullSearchEngine(), owner="search")
    services.withdraw("wall")
    assert services.owner_of(Clock) is None
    assert services.owner_of(SearchEngine) == "search"


def test_an_optional_contract_has_a_null_provider(services: Services) -> None:
    assert isinstance(services.get_or_null(SearchEngine), NullSearchEngine)


def test_a_real_provider_beats_the_null_one(services: Services) -> None:
    engine = NullSearchEngine()
    services.provide(SearchEngine, engine, owner="search")
    assert services.get_or_null(SearchEngine) is engine


def test_a_contract_without_a_null_provider_cannot_be_optional(services: Services) -> None:
    with pytest.raises(ServiceError, match=r"has no NullClock"):
        services.get_or_null(Clock)
