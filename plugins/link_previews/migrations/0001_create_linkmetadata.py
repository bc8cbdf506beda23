"""Create linkmetadata."""

from hubbub.core.db import Migrator
from hubbub.plugins.link_previews.models import LinkMetadata


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(LinkMetadata)
