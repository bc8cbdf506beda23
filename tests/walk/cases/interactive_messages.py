"""Operations of the plugin interactive_messages."""

from typing import Any, Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

DIALOG: Final = {"title": "Deploy", "elements": [{"display_name": "What", "name": "what", "type": "text"}]}


def clickable(world: World) -> Made:
    """Make a post with a button."""
    props = {"attachments": [{"actions": [{"name": "Yes", "integration": {"url": world.integration()}}]}]}
    post = world.new_post(props=props)
    return {"post_id": post["id"], "action_id": post["props"]["attachments"][0]["actions"][0]["id"]}


def filled_in(world: World) -> dict[str, Any]:
    """Return what bob has filled in."""
    place = {"channel_id": world.channel["id"], "team_id": world.team["id"]}
    return {"url": world.integration(), "submission": {"what": "web"}, **place}


def to_open(world: World) -> dict[str, Any]:
    """Return a dialog for bob."""
    args = {"channel_id": world.channel["id"], "command": "/shrug"}
    trigger_id = world.bob.post("/commands/execute", args).json["trigger_id"]
    return {"trigger_id": trigger_id, "url": world.integration(), "dialog": DIALOG}


CASES: Final = [
    Case(operation="DoPostAction", make=clickable, body={}),
    Case(
        operation="OpenInteractiveDialog", body=to_open, nobody=200, outsider=200,
        open_to_all="the trigger id says for whom the dialog is",
    ),
    Case(operation="SubmitInteractiveDialog", body=filled_in, answer="Anything"),
    Case(operation="LookupInteractiveDialog", body=filled_in, answer="Anything"),
]  # fmt: skip
