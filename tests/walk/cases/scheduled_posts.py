"""Operations of the plugin scheduled_posts."""

from typing import Any, Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

IN_2100: Final = 4_102_444_800_000


def body(world: World) -> dict[str, Any]:
    """Return what is to be posted."""
    return {
        "user_id": world.bob.id,
        "channel_id": world.channel["id"],
        "message": "in good time",
        "scheduled_at": IN_2100,
    }


def scheduled(world: World) -> Made:
    """Schedule a post of bob's."""
    made = world.bob.post("/posts/schedule", body(world))
    return {"scheduled_post_id": made.json["id"]}


CASES: Final = [
    Case(operation="CreateScheduledPost", body=body),
    Case(operation="GetUserScheduledPosts", make=scheduled),
    Case(
        operation="UpdateScheduledPost",
        make=scheduled,
        body={
            "id": "{scheduled_post_id}",
            "user_id": "{bob_id}",
            "channel_id": "{channel_id}",
            "message": "better",
            "scheduled_at": IN_2100,
        },
    ),
    Case(operation="DeleteScheduledPost", make=scheduled),
]
