"""Create hb_interaction_keys."""

from hubbub.core.db import Migrator
from hubbub.plugins.interactive_messages.models import InteractionKeys


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(InteractionKeys)
