"""Operations of the plugin threads."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def thread(world: World) -> Made:
    """Name the thread of the channel, in which carol has answered bob."""
    return {"thread_id": world.values["post_id"], "post_id": world.values["reply_id"], "timestamp": "1"}


CASES: Final = [
    Case(operation="GetUserThreads", query="per_page=10"),
    Case(operation="GetUserThread", make=thread),
    Case(operation="UpdateThreadsReadForUser"),
    Case(operation="UpdateThreadReadForUser", make=thread),
    Case(operation="SetThreadUnreadByPostId", make=thread),
    Case(operation="StopFollowingThread", make=thread),
    Case(operation="StartFollowingThread", make=thread),
]
