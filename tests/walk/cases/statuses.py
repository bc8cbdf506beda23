"""Operations of the plugin statuses."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

CUSTOM: Final = {"emoji": "calendar", "text": "In a meeting", "duration": "", "expires_at": ""}


def custom(world: World) -> Made:
    """Set a status of bob's own words."""
    world.bob.put(f"/users/{world.bob.id}/status/custom", CUSTOM, expect=200)
    return {}


CASES: Final = [
    Case(operation="PublishUserTyping", body={"channel_id": "{channel_id}"}),
    Case(operation="GetUserStatus", outsider=200),
    Case(operation="UpdateUserStatus", body={"user_id": "{user_id}", "status": "away"}),
    Case(operation="GetUsersStatusesByIds", body=["{bob_id}", "{carol_id}"], outsider=200),
    Case(operation="UpdateUserCustomStatus", body=CUSTOM),
    Case(operation="UnsetUserCustomStatus", make=custom),
    Case(operation="RemoveRecentCustomStatus", make=custom, body=CUSTOM),
    Case(operation="PostUserRecentCustomStatusDelete", make=custom, body=CUSTOM),
]
