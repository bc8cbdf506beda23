"""Create reactions."""

from hubbub.core.db import Migrator
from hubbub.plugins.reactions.models import Reactions


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Reactions)
