"""Create hb_reminders."""

from hubbub.core.db import Migrator
from hubbub.plugins.remind.models import Reminders


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(Reminders)
