"""Create the table of one-time tokens."""

from hubbub.core.db import Migrator
from hubbub.plugins.users.models import Token


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Token)
