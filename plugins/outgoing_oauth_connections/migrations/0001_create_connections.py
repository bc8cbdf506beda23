"""Create outgoingoauthconnections."""

from hubbub.core.db import Migrator
from hubbub.plugins.outgoing_oauth_connections.models import ConnectionTable


def up(m: Migrator) -> None:
    """Create the table, or add what an existing database lacks."""
    m.create_table(ConnectionTable)
