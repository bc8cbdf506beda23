"""Every event of the protocol is in one state, each that is sent has a test, and their number only grows."""

from typing import Final

import pytest

from hubbub.tests.meta import tree
from hubbub.tests.meta.events import DATA, document, listed, published

SENT: Final = 70
"""How many events are sent at least. Raise it to what the failing test says; never lower it."""
EVENTS: Final = sorted(document()["events"])


def test_what_is_published_is_an_event_of_the_protocol() -> None:
    unknown = {name: paths for name, paths in published().items() if name not in document()["events"]}
    assert not unknown, (
        f"no client knows these; a plugin's own event is called custom_<plugin>_<event>, and {DATA} has all others"
    )


def test_what_is_sent_is_not_listed_as_missing() -> None:
    stale = {name: state for name, state in listed().items() if name in published()}
    assert not stale, f"these are published now: take them out of {DATA}"


def test_what_is_not_sent_is_for_later_or_not_ours() -> None:
    lost = [name for name in EVENTS if name not in published() and name not in listed()]
    assert not lost, f"nothing publishes these; list them in {DATA} as later or not ours"


def test_the_lists_name_events_that_there_are_and_each_once() -> None:
    table = document()
    names = [name for state in ("later", "not ours") for text in table[state].values() for name in text.split()]
    assert [name for name in names if name not in table["events"]] == []
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", [name for name in EVENTS if name in published()])
def test_an_event_that_is_sent_has_a_test(name: str) -> None:
    tests = [
        path
        for path in tree.files(".py", ".json", ".mjs")
        if path.parts[0] == "tests" and path.parts[1] not in ("meta", "walk") and f'"{name}"' in tree.text(path)
    ]
    assert tests, f"{published()[name][0]} publishes {name}: write a test of who receives it and who doesn't"


def test_what_is_sent_only_grows() -> None:
    sent = [name for name in EVENTS if name in published()]
    assert len(sent) >= SENT, f"events that were sent are gone: {len(sent)} instead of {SENT}"
    assert len(sent) == SENT, f"{len(sent)} events are sent now: set SENT in {__name__} to that"
