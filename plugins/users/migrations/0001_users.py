"""Create the tables of accounts and of bots."""

from hubbub.core.db import Migrator
from hubbub.plugins.users.models import Bot, User


def up(m: Migrator) -> None:
    """Create the tables."""
    m.create_table(User)
    m.create_table(Bot)
