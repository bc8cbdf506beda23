"""Operations of the plugin commands."""

from typing import Any, Final

from hubbub.core.ids import new_id
from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World

URL: Final = "https://commands.example.com/deploy"


def body(world: World) -> dict[str, Any]:
    """Return a command that there isn't yet."""
    return {"team_id": world.team["id"], "trigger": f"deploy{world.number()}", "method": "P", "url": URL}


def command(world: World) -> Made:
    """Make a command of bob's."""
    made = world.bob.post("/commands", body(world), expect=201).json
    return {"command_id": made["id"], "trigger": made["trigger"]}


def late(world: World) -> Made:
    """Have a command asked that answers later."""
    made, hook = command(world), new_id()
    columns = ("id", "createat", "commandid", "userid", "channelid", "rootid", "usecount")
    row = (hook, 4_102_444_800_000, made["command_id"], world.bob.id, world.channel["id"], "", 0)
    world.server.app.db.insert_many("commandwebhooks", columns, [row])
    return {"id": hook}


UPDATE: Final = {"id": "{command_id}", "team_id": "{team_id}", "trigger": "{trigger}", "method": "G", "url": URL}
CASES: Final = [
    Case(operation="CreateCommand", body=body),
    Case(operation="ListCommands", query="team_id={team_id}"),
    Case(operation="ListAutocompleteCommands"),
    Case(operation="ListCommandAutocompleteSuggestions", query="user_input=/sh"),
    Case(operation="GetCommandById", make=command, outsider=404),
    Case(operation="UpdateCommand", make=command, body=UPDATE, outsider=404),
    Case(operation="MoveCommand", make=command, body={"team_id": "{team_id}"}),
    Case(operation="RegenCommandToken", make=command, outsider=404),
    Case(operation="DeleteCommand", make=command, outsider=404),
    Case(operation="ExecuteCommand", body={"channel_id": "{channel_id}", "command": "/shrug"}),
    Case(
        operation="CommandWebhook", make=late, body={"text": "done"}, who="", nobody=200, raw="text/plain",
        outsider=200, open_to_all="whoever holds the address may answer",
    ),
]  # fmt: skip
