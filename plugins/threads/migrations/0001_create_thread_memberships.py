"""Create threadmemberships."""

from hubbub.core.db import Migrator
from hubbub.plugins.threads.models import ThreadMemberships


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(ThreadMemberships)
