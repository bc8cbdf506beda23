"""Wiring of the search index."""

from collections.abc import Mapping

import click

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.search import SearchEngine
from hubbub.hookspecs import hookimpl
from hubbub.plugins.search_database import commands
from hubbub.plugins.search_database.engines import engine_of


class Plugin:
    """Finds posts in the database."""

    def __init__(self, context: PluginContext) -> None:
        self._db = context.db
        self.engine = engine_of(context.db)

    def provide(self) -> Mapping[type, object]:
        """Provide the engine."""
        return {SearchEngine: self.engine}

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub search …`."""
        commands.register(cli, self._db, self.engine)
