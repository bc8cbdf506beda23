"""Operations of the plugin drafts."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def draft(world: World) -> Made:
    """Begin a message of bob's in the channel, and one in its thread."""
    body = {"channel_id": world.channel["id"], "message": "half a th"}
    root = world.values["post_id"]
    for more in ({}, {"root_id": root}):
        world.bob.post("/drafts", {**body, **more}, expect=201)
    return {"thread_id": root}


CASES: Final = [
    Case(operation="UpsertDraft", body={"channel_id": "{channel_id}", "message": "half a th"}),
    Case(operation="GetDrafts", make=draft),
    Case(operation="DeleteDraft", make=draft),
    Case(operation="DeleteThreadDraft", make=draft),
]
