"""Create the table of schemes."""

from hubbub.core.db import Migrator
from hubbub.plugins.roles.models import Scheme


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Scheme)
