"""Create incomingwebhooks and outgoingwebhooks."""

from hubbub.core.db import Migrator
from hubbub.plugins.webhooks.models import IncomingWebhooks, OutgoingWebhooks


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(IncomingWebhooks)
    m.create_table(OutgoingWebhooks)
