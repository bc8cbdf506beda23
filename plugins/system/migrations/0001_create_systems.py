"""Create systems."""

from hubbub.core.db import Migrator
from hubbub.plugins.system.models import Systems


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Systems)
