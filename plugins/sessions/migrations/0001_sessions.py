"""Create the tables of sessions and of personal access tokens."""

from hubbub.core.db import Migrator
from hubbub.plugins.sessions.models import Session, UserAccessToken


def up(m: Migrator) -> None:
    """Create the tables."""
    m.create_table(Session)
    m.create_table(UserAccessToken)
