"""What can be completed after a slash: the commands there are, and what may follow them."""

from typing import Final

import msgspec
from msgspec.structs import replace

from hubbub.core.contracts.commands import Command
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.commands.registry import Registry, as_command
from hubbub.plugins.commands.store import CommandStore

MAX_INPUT: Final = 512


class Suggestion(msgspec.Struct, kw_only=True, rename="pascal"):
    """One line of a list of suggestions: `complete` is the whole input with it, `suggestion` only what is shown."""

    complete: str
    suggestion: str = ""
    hint: str = ""
    description: str = ""
    icon_data: str = ""


class Autocomplete:
    """Answers what a client asks while somebody types."""

    def __init__(self, context: PluginContext, store: CommandStore, registry: Registry) -> None:
        self._config = context.config_store
        self._store = store
        self._registry = registry

    def of_plugins(self) -> list[Command]:
        """Return the commands of plugins."""
        return [as_command(plugin, command) for plugin, command in self._registry.commands()]

    def commands(self, team_id: str) -> list[Command]:
        """Return what everybody in a team may see: no addresses, no tokens."""
        found = {command.trigger: command for command in self.of_plugins() if command.auto_complete}
        if self._config.current.ServiceSettings.EnableCommands:
            for command in self._store.of_team(team_id):
                if command.auto_complete and not found.get(command.trigger, command).plugin_id:
                    found[command.trigger] = _sanitized(command)
        return [found[trigger] for trigger in sorted(found)]

    def suggestions(self, team_id: str, text: str) -> list[Suggestion]:
        """Return what may be meant by the beginning of a command, slash or no slash before it."""
        text = text.removeprefix("/")[:MAX_INPUT]
        trigger, space, rest = text.partition(" ")
        commands = self.commands(team_id)
        if not space:
            return [
                Suggestion(
                    complete=one.trigger, suggestion=one.trigger, hint=one.auto_complete_hint,
                    description=one.auto_complete_desc,
                )
                for one in commands
                if one.trigger.startswith(trigger.lower())
            ]  # fmt: skip
        for one in commands:
            if one.trigger == trigger.lower():
                return self._following(one, trigger, rest)
        return []

    def _following(self, command: Command, trigger: str, rest: str) -> list[Suggestion]:
        entry = self._registry.find(command.trigger) if not command.id else None
        arguments = entry[1].arguments if entry else ()
        typed = rest.lstrip()
        matching = [
            Suggestion(complete=f"{trigger} {word}", suggestion=word, hint=hint, description=description)
            for word, hint, description in arguments
            if word.startswith(typed.lower())
        ]
        if matching or not command.auto_complete_hint:
            return matching
        hint = Suggestion(complete=f"{trigger} {rest}", hint=command.auto_complete_hint)
        hint.description = command.auto_complete_desc
        return [hint]


def _sanitized(command: Command) -> Command:
    return replace(command, token="", creator_id="", method="", url="", username="", icon_url="")
