"""`hubbub search …` for admins."""

from typing import Final

import click

from hubbub.core.db import Database
from hubbub.plugins.search_database.engines import DatabaseEngine, index_all

REBUILD_S: Final = 86_400.0


def register(cli: click.Group, db: Database, engine: DatabaseEngine) -> None:
    """Add the commands."""

    @cli.group("search")
    def search() -> None:
        """The index that messages are found with."""

    @search.command("rebuild")
    def rebuild() -> None:
        """Index all messages anew: after another server wrote to the database, or when the index is damaged."""
        with db.transaction(timeout=REBUILD_S):
            engine.clear()
            count = index_all(db, engine)
        click.echo(f"indexed {count} messages")
