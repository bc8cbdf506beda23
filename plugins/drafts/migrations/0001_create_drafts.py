"""Create drafts."""

from hubbub.core.db import Migrator
from hubbub.plugins.drafts.models import Drafts


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(Drafts)
