"""Create posts and threads."""

from hubbub.core.db import Migrator
from hubbub.plugins.posts.models import Posts, Threads


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(Posts)
    m.create_table(Threads)
