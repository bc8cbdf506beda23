"""Teams' own commands: making, changing, finding them."""

from msgspec.structs import replace

from hubbub.core.clock import now_ms
from hubbub.core.contracts.commands import Command
from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.commands import validation
from hubbub.plugins.commands.registry import Registry
from hubbub.plugins.commands.store import CommandStore


class CommandNotFound(NotFound):
    id = "store.sql_command.get.missing.app_error"
    message = "There is no such command."


class DuplicateTrigger(BadRequest):
    id = "api.command.duplicate_trigger.app_error"
    message = "The trigger {trigger} is taken already; choose another word."


class CustomCommands:
    """Keeps teams' own commands."""

    def __init__(self, context: PluginContext, store: CommandStore, registry: Registry) -> None:
        self._db = context.db
        self._store = store
        self._registry = registry

    def get(self, command_id: str) -> Command:
        """Return a command. Raises `CommandNotFound`."""
        command = self._store.get(command_id)
        if command is None:
            raise CommandNotFound
        return command

    def of_team(self, team_id: str) -> list[Command]:
        """Return a team's commands, by trigger."""
        return self._store.of_team(team_id)

    def create(self, command: Command) -> Command:
        """Store a new one, with an id and a token of its own. Raises `InvalidCommand`, `DuplicateTrigger`."""
        now = now_ms()
        command = replace(
            command, id=new_id(), token=new_id(), create_at=now, update_at=now, delete_at=0,
            trigger=command.trigger.strip().lower(), plugin_id="",
        )  # fmt: skip
        validation.check(command)
        with self._db.transaction():
            self._check_unique(command)
            self._store.insert(command)
        return command

    def update(self, old: Command, wanted: Command) -> Command:
        """Store what may be changed. Raises `InvalidCommand`, `DuplicateTrigger`, `CommandNotFound`."""
        command = replace(
            wanted, id=old.id, token=old.token, create_at=old.create_at, update_at=now_ms(), delete_at=0,
            creator_id=old.creator_id, team_id=old.team_id, plugin_id=old.plugin_id,
            trigger=wanted.trigger.strip().lower(),
        )  # fmt: skip
        return self._save(command)

    def move(self, command: Command, team_id: str) -> Command:
        """Give it to another team."""
        return self._save(replace(command, team_id=team_id, update_at=now_ms()))

    def regenerate_token(self, command: Command) -> Command:
        """Give it another token: the old one is known to too many."""
        return self._store_changed(replace(command, token=new_id(), update_at=now_ms()))

    def delete(self, command: Command) -> None:
        """Mark it deleted."""
        now = now_ms()
        self._store_changed(replace(command, delete_at=now, update_at=now))

    def _save(self, command: Command) -> Command:
        validation.check(command)
        with self._db.transaction():
            self._check_unique(command)
            return self._store_changed(command)

    def _store_changed(self, command: Command) -> Command:
        if not self._store.update(command):
            raise CommandNotFound(id="store.sql_command.update.missing.app_error")
        return command

    def _check_unique(self, command: Command) -> None:
        other = self._store.by_trigger(command.team_id, command.trigger)
        if self._registry.find(command.trigger) or (other is not None and other.id != command.id):
            raise DuplicateTrigger(trigger=command.trigger)
