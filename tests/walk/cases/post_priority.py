"""Operations of the plugin post_priority."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def asked(world: World) -> Made:
    """Make a post of carol's that asks to be acknowledged."""
    priority = {"priority": {"priority": "important", "requested_ack": True}}
    return {"post_id": world.carol.create_post(world.channel, "do you see this?", metadata=priority)["id"]}


def acknowledged(world: World) -> Made:
    """Have bob acknowledge such a post."""
    made = asked(world)
    world.bob.post(f"/users/{world.bob.id}/posts/{made['post_id']}/ack")
    return made


CASES: Final = [
    Case(operation="SaveAcknowledgementForPost", make=asked),
    Case(operation="DeleteAcknowledgementForPost", make=acknowledged),
]
