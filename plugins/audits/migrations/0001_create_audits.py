"""Create the table of audits."""

from hubbub.core.db import Migrator
from hubbub.plugins.audits.models import Audits


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Audits)
