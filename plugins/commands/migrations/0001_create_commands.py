"""Create commands and commandwebhooks."""

from hubbub.core.db import Migrator
from hubbub.plugins.commands.models import Commands, CommandWebhooks


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    for model in (Commands, CommandWebhooks):
        m.create_table(model)
