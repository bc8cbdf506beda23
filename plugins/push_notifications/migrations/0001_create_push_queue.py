"""Create hb_push_queue."""

from hubbub.core.db import Migrator
from hubbub.plugins.push_notifications.models import PushQueue


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(PushQueue)
