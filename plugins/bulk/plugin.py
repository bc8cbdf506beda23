"""Wiring of the bulk plugin."""

import click

from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.bulk import commands
from hubbub.plugins.bulk.service import Bulk


class Plugin:
    """Whole sites in and out."""

    def __init__(self, context: PluginContext) -> None:
        self.bulk = Bulk(context)

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub import bulk` and `hubbub export bulk`."""
        commands.register(cli, self.bulk)
