"""Create the table."""

from hubbub.core.db import Migrator

from ..models import Words


def up(m: Migrator) -> None:
    """Create it, or add what an existing one lacks."""
    m.create_table(Words)
