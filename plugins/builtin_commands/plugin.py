"""Wiring of the builtin_commands plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.commands import CommandArgs, CommandResponse, SlashCommand
from hubbub.core.contracts.errors import AppError, PermissionDenied
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.builtin_commands import channels, client, people, presence, texts
from hubbub.plugins.builtin_commands.kit import Call, only_for_you


class Plugin:
    """The commands that people expect."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        found = [*texts.commands(), *channels.commands(), *people.commands(), *presence.commands(), *client.commands()]
        found.append(client.help_command(found))
        self._commands = {one.command.trigger: one for one in found}

    @hookimpl(trylast=True)
    def register_slash_commands(self) -> Iterable[SlashCommand]:
        """Offer them, after those of any other plugin."""
        return [one.command for one in self._commands.values()]

    @hookimpl
    def execute_command(self, args: CommandArgs) -> CommandResponse | None:
        """Do what a command says; the caller alone reads why it can't be done."""
        one = self._commands.get(args.command.split(None, 1)[0][1:].lower())
        if one is None:
            return None
        try:
            return one.run(Call(self._context, args))
        except PermissionDenied:
            return only_for_you("You may not do that here.")
        except AppError as error:
            if error.status >= 500:
                raise
            return only_for_you(error.text)
