"""The commands that plugins answer."""

from hubbub.core.contracts.commands import Command, SlashCommand
from hubbub.core.contracts.plugin import PluginContext


class Registry:
    """Knows the commands of the plugins that are on; of two with one trigger the first counts."""

    def __init__(self, context: PluginContext) -> None:
        self._hooks = context.hooks
        self._log = context.log
        self._version = -1
        self._offered: dict[str, tuple[str, SlashCommand]] = {}

    def _current(self) -> dict[str, tuple[str, SlashCommand]]:
        if self._version != self._hooks.version:
            self._version = self._hooks.version
            self._offered = self._collect()
        return self._offered

    def _collect(self) -> dict[str, tuple[str, SlashCommand]]:
        offered: dict[str, tuple[str, SlashCommand]] = {}
        for plugin in self._hooks.implementers("register_slash_commands"):
            for command in self._hooks.ask_plugin(plugin, "register_slash_commands") or ():
                first = offered.setdefault(command.trigger.lower(), (plugin, command))
                if first[1] is not command:
                    self._log.warning(
                        "the command /%s of plugin %s is not used: plugin %s has one of that name",
                        command.trigger, plugin, first[0],
                    )  # fmt: skip
        return offered

    def find(self, trigger: str) -> tuple[str, SlashCommand] | None:
        """Return the plugin and the command of a trigger (lower case)."""
        return self._current().get(trigger)

    def commands(self) -> list[tuple[str, SlashCommand]]:
        """Return all, with their plugins, by trigger."""
        return [entry for _, entry in sorted(self._current().items())]


def as_command(plugin: str, command: SlashCommand) -> Command:
    """Return a plugin's command as the API shows it."""
    return Command(
        trigger=command.trigger,
        display_name=command.display_name or command.trigger,
        description=command.description,
        auto_complete=command.autocomplete,
        auto_complete_desc=command.description,
        auto_complete_hint=command.hint,
        plugin_id="" if command.yields else plugin,
    )
