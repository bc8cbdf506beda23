"""Operations of the plugin reactions."""

from typing import Any, Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def reaction(world: World) -> Made:
    """Have bob react to a post of his."""
    post_id = world.new_post()["id"]
    body: dict[str, Any] = {"user_id": world.bob.id, "post_id": post_id, "emoji_name": "smile"}
    world.bob.post("/reactions", body)
    return {"post_id": post_id, "emoji_name": "smile"}


CASES: Final = [
    Case(
        operation="SaveReaction",
        make=lambda world: {"post_id": world.new_post()["id"]},
        body={"user_id": "{bob_id}", "post_id": "{post_id}", "emoji_name": "smile"},
    ),
    Case(operation="GetReactions", make=reaction),
    Case(operation="DeleteReaction", make=reaction),
    Case(operation="GetBulkReactions", make=reaction, body=["{post_id}"]),
]
