"""Wiring of the push proxy: a command."""

from pathlib import Path

import click

from hubbub.core.cli_app import StandaloneCommand
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl


class Plugin:
    """A command that is a server."""

    def __init__(self, context: PluginContext) -> None:
        """Need nothing of this server."""

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub push-proxy`."""

        @cli.command(
            "push-proxy",
            cls=StandaloneCommand,
            help="Run a push proxy for mobile apps of your own; it needs no server and no database beside it.",
        )
        @click.option(
            "--settings",
            "path",
            type=click.Path(path_type=Path, dir_okay=False),
            default=Path("push-proxy.json"),
            show_default=True,
            help="Its settings.",
        )
        @click.option("--check", is_flag=True, help="Only say whether the settings are right.")
        def push_proxy(path: Path, check: bool) -> None:
            # The servers of Apple and Google are asked by a library that every other command does without.
            from hubbub.plugins.push_proxy.serving import run
            from hubbub.plugins.push_proxy.settings import load

            settings = load(path)
            if check:
                click.echo(f"{path} is right: {', '.join(settings.platforms)}.")
            else:
                run(settings)
