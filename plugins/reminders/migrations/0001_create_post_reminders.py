"""Create postreminders."""

from hubbub.core.db import Migrator
from hubbub.plugins.reminders.models import PostReminders


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(PostReminders)
