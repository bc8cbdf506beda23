"""Create emoji."""

from hubbub.core.db import Migrator
from hubbub.plugins.emoji.models import EmojiTable


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(EmojiTable)
