"""Create scheduledposts."""

from hubbub.core.db import Migrator
from hubbub.plugins.scheduled_posts.models import ScheduledPosts


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(ScheduledPosts)
