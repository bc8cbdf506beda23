"""A slash command: /dice rolls dice for everybody to see; and a note about it that only its caller sees."""

import random
from collections.abc import Iterable

from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="dice", version="1.0.0", summary="The slash command /dice", reloadable=True)


class Plugin:
    """Rolls dice."""

    def __init__(self, context: PluginContext) -> None:
        self._log = context.log

    @hookimpl
    def register_slash_commands(self) -> Iterable[SlashCommand]:
        return [SlashCommand(trigger="dice", hint="[how many]", description="Roll dice")]

    @hookimpl
    def execute_command(self, args: CommandArgs) -> CommandResponse:
        """Only this plugin is asked about /dice; an error is shown to the caller."""
        count = args.rest or "1"
        if not count.isdigit() or not 1 <= int(count) <= 10:
            raise BadRequest("Roll 1 to 10 dice, not {count}.", count=count)
        rolled = " ".join(str(random.randint(1, 6)) for _ in range(int(count)))
        note = CommandResponse(text="Good luck next time!")
        return CommandResponse(response_type="in_channel", text=f"rolled {rolled}", extra_responses=[note])

    @hookimpl
    def ephemeral_message_will_be_sent(self, post: Post, user_id: str) -> Post | None:
        """What one user alone sees goes through here: ours is signed."""
        if post.message != "Good luck next time!":
            return None
        self._log.debug("a note for %s", user_id)
        post.message += " (dice)"
        return post
