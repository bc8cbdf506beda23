"""An operation is refused to those who could do it, as soon as no role grants what it needs."""

from typing import Final

import msgspec
import pytest

from hubbub.tests.meta.operations import operations
from hubbub.tests.walk.all_cases import WALK
from hubbub.tests.walk.case import Case
from hubbub.tests.walk.world import World

EVERYTHING: Final = "manage_system"
READING: Final = frozenset({"read_channel", "read_channel_content", "read_public_channel"})
"""Any of them opens a public channel."""
JOBS: Final = frozenset({"manage_jobs", "read_jobs"})
"""The description names the first for all operations on jobs; whoever has the second may look at them."""
CONSOLE: Final = "sysconsole_"
BY_SECTION: Final = {"GetConfig", "UpdateConfig", "PatchConfig", "GetEnvironmentConfig"}
"""Who has the permission of any section of the console reads or changes that section."""
ALSO_WITHOUT: Final = {
    "AutocompleteChannelsForTeam": "who can't list a team's channels finds their own",
    "AutocompleteChannelsForTeamForSearch": "who can't list a team's channels finds their own",
    "SearchChannels": "who can't list a team's channels finds their own",
    "GetChannelsMemberCount": "members of a channel see how many they are",
    "GetPostInfo": "members of a channel see what a link to it leads to",
}
"""What works without the permissions, and why."""


def is_free(case: Case) -> bool:
    """Say whether a case is of an operation that needs no permission, or is let through without."""
    operation = operations()[case.operation]
    return bool(not operation.permissions or case.open_to_all or case.status or case.operation in ALSO_WITHOUT)


def needed(case: Case) -> tuple[frozenset[str], str]:
    """Return the permissions to take away, and what those begin with that go too."""
    named = {*operations()[case.operation].permissions, EVERYTHING}
    also = [several for several in (READING, JOBS) if named & several]
    return frozenset(named.union(*also)), CONSOLE if case.operation in BY_SECTION else ""


@pytest.mark.parametrize("case", [case for case in WALK if not is_free(case)], ids=lambda case: case.operation)
def test_it_is_refused_without_its_permissions(world: World, case: Case) -> None:
    made = case.make(world) if case.make else {}
    body = case.body(world) if callable(case.body) else case.body
    prepared = msgspec.structs.replace(case, make=lambda _: made, body=body, after=None)
    names, prefix = needed(case)
    with world.without(names, prefix):
        answer = world.ask(prepared, case.who)
        if answer.status < 300:  # it was about the one who asked: have an administrator ask it about them
            answer = world.ask(prepared, "alice")
    if case.after is not None:
        case.after(world)
    assert answer.status in (403, 404), (
        f"{operations()[case.operation]} works though no role grants {', '.join(sorted(names))}: {answer}"
    )


@pytest.mark.parametrize("name", ALSO_WITHOUT)
def test_what_works_without_does_so(world: World, name: str) -> None:
    (case,) = (case for case in WALK if case.operation == name)
    with world.without(*needed(case)):
        assert world.ask(case, case.who).status == 200, f"{name} is refused now: take it out of ALSO_WITHOUT"
