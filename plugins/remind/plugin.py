"""Wiring of the remind plugin."""

from collections.abc import Iterable
from typing import Final

from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.remind.sender import ReminderSender
from hubbub.plugins.remind.service import Reminders
from hubbub.plugins.remind.store import ReminderStore

PERIOD_S: Final = 10


class Plugin:
    """Reminds people of what they want."""

    def __init__(self, context: PluginContext) -> None:
        store = ReminderStore(context.db)
        self._reminders = Reminders(context, store)
        self.sender = ReminderSender(context, store)
        context.tasks.every(PERIOD_S, self.sender.run, "say what people want to be reminded of")

    @hookimpl(trylast=True)
    def register_slash_commands(self) -> Iterable[SlashCommand]:
        """Offer /remind."""
        return [
            SlashCommand(
                trigger="remind",
                hint='me "text" in 10 minutes',
                description="Be reminded, or remind others, at a time of your choice",
                arguments=(
                    ("me", '"text" [when]', "Remind you alone"),
                    ("here", '"text" [when]', "Remind everybody in this channel"),
                    ("list", "", "Show your reminders"),
                    ("delete", "[letters]", "Take one back"),
                ),
                yields=True,
            )
        ]

    @hookimpl
    def execute_command(self, args: CommandArgs) -> CommandResponse:
        """Do what the command says; its caller alone reads what became of it."""
        try:
            return CommandResponse(text=self._reminders.run(args))
        except BadRequest as error:
            return CommandResponse(text=error.text)
