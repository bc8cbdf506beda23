"""Create channelbookmarks."""

from hubbub.core.db import Migrator
from hubbub.plugins.bookmarks.models import ChannelBookmarks


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(ChannelBookmarks)
