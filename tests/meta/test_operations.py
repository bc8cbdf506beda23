"""Every operation of the API is in exactly one state, and what works only grows."""

import re
from pathlib import Path
from typing import Final

import pytest

from hubbub.tests.meta import tree
from hubbub.tests.meta.operations import LATER, NOT_OURS, STATES, listed, operations, refused, routed, working

WORKING: Final = 450
"""How many operations work at least. Raise it to what the failing test says; never lower it."""
DESCRIBED: Final = 528


@pytest.fixture(scope="module")
def routes() -> dict[tuple[str, str], str]:
    return routed()


@pytest.fixture(scope="module")
def works(routes: dict[tuple[str, str], str]) -> set[str]:
    return {operation.id for operation in working(routes)}


def test_the_description_is_here_whole() -> None:
    assert sum(not operation.undocumented for operation in operations().values()) == DESCRIBED
    keys = [operation.key for operation in operations().values()]
    assert len(keys) == len(set(keys))


def test_what_works_is_not_listed_as_missing(works: set[str]) -> None:
    stale = [f"{operations()[name]}: {found[0]}" for name, found in listed().items() if name in works]
    assert not stale, f"these are routed now; take them out of {STATES}:\n" + "\n".join(stale)


def test_what_does_not_work_is_for_later_or_not_ours(works: set[str]) -> None:
    lost = [str(operation) for operation in operations().values() if operation.id not in works | set(listed())]
    assert not lost, f"no router answers these; add them to {STATES}, below {LATER!r} or {NOT_OURS!r}:\n" + "\n".join(
        lost
    )


def test_what_is_refused_is_routed(routes: dict[tuple[str, str], str]) -> None:
    lost = [str(operation) for operation in operations().values() if refused(operation) and operation.key not in routes]
    assert not lost, f"nothing refuses these; list them in {STATES} as {NOT_OURS!r}"


def test_the_list_names_operations_that_there_are_and_each_once() -> None:
    unknown = [name for name in listed() if name not in operations()]
    assert not unknown, f"{STATES} names operations that there aren't"
    twice = {name: found for name, found in listed().items() if len(found) > 1}
    assert not twice, f"{STATES} has these more than once"


def test_what_works_only_grows(works: set[str]) -> None:
    assert len(works) >= WORKING, f"operations that worked are gone: {len(works)} instead of {WORKING}"
    assert len(works) == WORKING, f"{len(works)} operations work now: set WORKING in {__name__} to that"


def test_the_readme_counts_as_the_page_does() -> None:
    told = re.search(r"(\d+) of (?:the )?528 operations", tree.text(Path("README.md")))
    if told is None:
        return  # it names no number
    made = re.search(r"(\d+) of 528 operations work", tree.text(Path("docs/api.md")))
    assert made is not None
    assert told[1] == made[1], "README.md has another number of working operations than docs/api.md"
