"""Create postspriority, postacknowledgements and persistentnotifications."""

from hubbub.core.db import Migrator
from hubbub.plugins.post_priority.models import PersistentNotifications, PostAcknowledgements, PostsPriority


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(PostsPriority)
    m.create_table(PostAcknowledgements)
    m.create_table(PersistentNotifications)
