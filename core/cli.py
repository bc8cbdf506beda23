"""The command `hubbub`: its own commands, and those that plugins bring.

Nothing is imported before it is needed, so that `hubbub --help` answers at once.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any, Final

import click

from hubbub.core.paths import CONFIG_VARIABLE, default_config_path

COMMANDS: Final = {
    "serve": ("hubbub.core.cli_serve", "Run the server."),
    "config": ("hubbub.core.cli_config", "Check, show and change the configuration."),
    "plugin": ("hubbub.core.cli_plugin", "List plugins, turn them on and off."),
    "migrate": ("hubbub.core.cli_migrate", "Bring the database up to date."),
    "db": ("hubbub.core.cli_db", "Copy everything to another database."),
    "backup": ("hubbub.core.cli_backup", "Write database and files into one file."),
    "restore": ("hubbub.core.cli_restore", "Bring a backup back into an empty place."),
    "doctor": ("hubbub.core.cli_doctor", "Say whether Hubbub will work here, and with what."),
    "help": ("hubbub.core.cli_help", "List every command, those of plugins too (user, team, channel, …)."),
    "version": ("hubbub.core.cli_version", "Show the version."),
}


_NAMED: Final = "hubbub.named_config"


class HubbubGroup(click.Group):
    """Commands of ours by name, imported when called; any other name is looked for among the plugins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of our commands; `hubbub help` knows the plugins' too."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of ours, else one of a plugin, else None."""
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
            return command
        if cmd_name.startswith("-"):
            return None
        from hubbub.core.cli_app import plugin_commands

        _require_named_config(ctx)
        return plugin_commands(ctx).get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; --config anywhere after a plugin's one counts before the plugins are looked for."""
        if args and args[0] not in COMMANDS:
            args = _without_config(ctx, args)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List our commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_text) for name, (_module, help_text) in COMMANDS.items()])


def use_config(path: Path | None) -> Path:
    """Make `path` (or the default) the configuration of this process and of those that it starts."""
    chosen = path or default_config_path()
    os.environ[CONFIG_VARIABLE] = str(chosen)
    return chosen


def takes_config(command: Any) -> Any:
    """Have a command take --config too: `hubbub serve --config x` as well as `hubbub --config x serve`.

    The option is eager: plugins, and with them their commands, come from the configuration.
    """

    def chosen(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
        if value is not None:
            ctx.meta[_NAMED] = use_config(value)

    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        expose_value=False,
        is_eager=True,
        callback=chosen,
        help="The config.json to use.",
    )(command)


def _require_named_config(ctx: click.Context) -> None:
    """Raise `CommandFailed` for a --config that isn't there: a misspelt one must not become a server of its own."""
    from hubbub.core.cli_errors import CommandFailed

    path: Path | None = ctx.meta.get(_NAMED)
    if path is not None and not path.exists():
        raise CommandFailed(f"there is no configuration {path}. `hubbub --config {path} serve` makes one.")


def _without_config(ctx: click.Context, args: list[str]) -> list[str]:
    """Use the --config among the arguments of a plugin's command, and return the others."""
    rest: list[str] = []
    waiting = iter(args)
    for argument in waiting:
        if argument == "--":
            return [*rest, argument, *waiting]
        if argument == "--config":
            path = next(waiting, None)
            if path is None:
                raise click.BadOptionUsage("--config", "Option '--config' requires an argument.")
            ctx.meta[_NAMED] = use_config(Path(path))
        elif argument.startswith("--config="):
            ctx.meta[_NAMED] = use_config(Path(argument.removeprefix("--config=")))
        else:
            rest.append(argument)
    return rest


@click.group(cls=HubbubGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@takes_config
def hubbub() -> None:
    """Self-hosted team messaging.

    Without --config the configuration is $HUBBUB_CONFIG, else config/config.json if there is a folder "config", else
    config.json; paths in it are relative to the working directory.
    """
    use_config(None)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; an expected failure is one line on standard error and exit code 1."""
    from hubbub.core.cli_errors import expected_failures, explain

    try:
        hubbub.main(args=arguments, prog_name="hubbub", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if not isinstance(error, expected_failures()):
            raise
        click.echo(f"hubbub: {explain(error)}", err=True)
        sys.exit(1)
