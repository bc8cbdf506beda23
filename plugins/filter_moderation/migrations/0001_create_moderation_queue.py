"""Create hb_moderation_queue."""

from hubbub.core.db import Migrator
from hubbub.plugins.filter_moderation.models import ModerationQueue


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(ModerationQueue)
