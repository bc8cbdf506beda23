"""Create preferences."""

from hubbub.core.db import Migrator
from hubbub.plugins.preferences.models import Preferences


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Preferences)
