"""Create status."""

from hubbub.core.db import Migrator
from hubbub.plugins.statuses.models import Status


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Status)
