"""Who names a thing that there isn't is told so, by an operation that works on things that there are."""

import re
from typing import Final

import msgspec
import pytest

from hubbub.core.ids import new_id
from hubbub.tests.meta.operations import operations
from hubbub.tests.walk.all_cases import WALK
from hubbub.tests.walk.case import Case
from hubbub.tests.walk.world import World

_THREADS: Final = (
    "GetUserThread UpdateThreadReadForUser SetThreadUnreadByPostId StopFollowingThread StartFollowingThread".split()
)
NEVER_MIND: Final = {
    **{f"{operation} team_id": "the thread decides, whatever the team" for operation in _THREADS},
    "GetPrivateChannelsForTeam team_id": "administrators get an empty list",
    "GetUserAccessTokensForUser user_id": "administrators get an empty list",
    "GetUserStatus user_id": "whom the server never saw is offline",
    "DeleteDraft channel_id": "what isn't there is as good as deleted",
    "DeleteThreadDraft channel_id": "what isn't there is as good as deleted",
    "DeleteThreadDraft thread_id": "what isn't there is as good as deleted",
    "GetNotices teamId": "notices are the same for every team",
}
"""Operation and field → why it succeeds all the same."""
_ID: Final = re.compile(r"\{([a-z_]*_id|teamId)\}")


def named_things() -> list[tuple[Case, str]]:
    """Return each case with each field of its path that is an id."""
    return [
        (case, field) for case in WALK if not case.status for field in _ID.findall(operations()[case.operation].path)
    ]


@pytest.mark.parametrize(
    ("case", "field"), named_things(), ids=lambda value: value if isinstance(value, str) else value.operation
)
def test_an_unknown_thing(world: World, case: Case, field: str) -> None:
    made = {**(case.make(world) if case.make else {}), field: new_id()}
    prepared = msgspec.structs.replace(case, make=lambda _: made)
    answer = world.ask(prepared, case.who)
    if f"{case.operation} {field}" in NEVER_MIND:
        assert answer.status == 200, f"{case.operation} minds an unknown {field} now: take it out of NEVER_MIND"
        return
    assert answer.status in (400, 403, 404), f"{operations()[case.operation]} with a {field} that there isn't: {answer}"
