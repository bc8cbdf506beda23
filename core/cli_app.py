"""The server without HTTP, for commands: built like a worker, joined to the running workers, then stopped."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from hubbub.core.cli_errors import CommandFailed, unwritable
from hubbub.core.paths import default_config_path

if TYPE_CHECKING:
    from hubbub.core.app import App
    from hubbub.core.config import ConfigStore

_KEY: Final = "hubbub.plugin_commands"
_FINISH_S: Final = 10.0


def create_offline_app(store: "ConfigStore | None" = None) -> "App":
    """Build the server for use without HTTP; opens nothing. Raises `ConfigError`, `PluginError`."""
    from hubbub.core.patching import patch

    patch()
    from hubbub.core import log
    from hubbub.core.app import App as Server
    from hubbub.core.config import ConfigStore

    log.configure(log.LogOptions(console_level="ERROR", console_json=False), stream=sys.stderr)
    return Server(store or ConfigStore(default_config_path()))


@contextmanager
def running_offline(app: "App") -> Iterator["App"]:
    """Open the database and join the running workers, so that they hear of what the command changes.

    What the command leaves in the background queue is finished before the end.
    """
    from hubbub.core.contracts.realtime import EventBus

    prepare_folder(app.config.data_directory, "HubbubSettings.DataDirectory")
    app.migrate()
    if app.services.owner_of(EventBus) is not None:
        app.bus.use(app.services.get(EventBus))
    try:
        app.bus.start()
        yield app
        app.tasks.stop(_FINISH_S)
    finally:
        app.bus.stop()
        app.db.close()


def prepare_folder(folder: Path, setting: str) -> None:
    """Make a folder if it isn't there. Raises `CommandFailed` that names it when nothing can be written in it."""
    import tempfile

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritable(folder.absolute(), setting, error) from error


def plugin_commands(ctx: click.Context) -> dict[str, click.Command]:
    """Return the commands that plugins bring, by name; each runs with the app open. Raises what building it raises."""
    known: dict[str, click.Command] | None = ctx.meta.get(_KEY)
    if known is None:
        known = ctx.meta[_KEY] = _collect(create_offline_app())
    return known


def _collect(app: "App") -> dict[str, click.Command]:
    from hubbub.core.cli import COMMANDS

    owners = dict.fromkeys(COMMANDS, "hubbub itself")
    found: dict[str, click.Command] = {}
    for plugin_id in app.plugins.ids:
        group = click.Group(plugin_id)
        app.hooks.contribute("register_commands", plugin_id, cli=group)
        for name, command in group.commands.items():
            if name in owners:
                raise CommandFailed(
                    f"plugin {plugin_id!r} adds the command {name!r}, which {owners[name]} has already. Turn one of "
                    "them off in PluginSettings.PluginStates."
                )
            owners[name] = f"plugin {plugin_id!r}"
            found[name] = _with_app(command, app)
    return found


class StandaloneCommand(click.Command):
    """A command that needs neither this server's database nor its running workers: nothing is opened for it."""


def _with_app(command: click.Command, app: "App") -> click.Command:
    """Have the app open while a command's own function runs, but not for `--help` or a wrong option."""
    if isinstance(command, StandaloneCommand):
        return command
    if isinstance(command, click.Group):
        for child in command.commands.values():
            _with_app(child, app)
        return command
    if command.callback is not None:
        command.callback = _opened(command.callback, app)
    return command


def _opened(callback: Callable[..., Any], app: "App") -> Callable[..., Any]:
    @functools.wraps(callback)
    def run(*args: Any, **kwargs: Any) -> Any:
        with running_offline(app):
            return callback(*args, **kwargs)

    return run
