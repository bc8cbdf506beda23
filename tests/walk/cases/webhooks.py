"""Operations of the plugin webhooks."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

URL: Final = "https://robot.example.com/hook"


def incoming(world: World) -> Made:
    """Make an incoming webhook of alice's."""
    made = world.alice.post("/hooks/incoming", {"channel_id": world.channel["id"]}, expect=201).json
    return {"hook_id": made["id"], "id": made["id"]}


def outgoing(world: World) -> Made:
    """Make an outgoing webhook of alice's."""
    word = f"word{world.number()}"
    body = {"team_id": world.team["id"], "trigger_words": [word], "callback_urls": [URL], "display_name": word}
    made = world.alice.post("/hooks/outgoing", body, expect=201).json
    return {"hook_id": made["id"], "word": word}


def rule(world: World) -> dict[str, object]:
    """Return a rule that there isn't yet."""
    word = f"word{world.number()}"
    return {"team_id": world.team["id"], "trigger_words": [word], "callback_urls": [URL], "display_name": word}


CASES: Final = [
    Case(operation="CreateIncomingWebhook", who="alice", body={"channel_id": "{channel_id}", "display_name": "CI"}),
    Case(operation="GetIncomingWebhooks", who="alice", make=incoming, query="team_id={team_id}"),
    Case(operation="GetIncomingWebhook", who="alice", make=incoming),
    Case(
        operation="UpdateIncomingWebhook",
        who="alice",
        make=incoming,
        body={"id": "{hook_id}", "channel_id": "{channel_id}", "display_name": "CI", "description": "builds"},
    ),
    Case(operation="DeleteIncomingWebhook", who="alice", make=incoming),
    Case(operation="CreateOutgoingWebhook", who="alice", body=rule),
    Case(operation="GetOutgoingWebhooks", who="alice", make=outgoing, query="team_id={team_id}"),
    Case(operation="GetOutgoingWebhook", who="alice", make=outgoing),
    Case(
        operation="UpdateOutgoingWebhook",
        who="alice",
        make=outgoing,
        body={"id": "{hook_id}", "channel_id": "{channel_id}", "display_name": "CI", "description": "builds"},
    ),
    Case(operation="RegenOutgoingHookToken", who="alice", make=outgoing),
    Case(operation="DeleteOutgoingWebhook", who="alice", make=outgoing),
    Case(
        operation="IncomingWebhook",
        make=incoming,
        body={"text": "the build is green"},
        raw="text/plain",
        outsider=200,
        nobody=200,
    ),
]
