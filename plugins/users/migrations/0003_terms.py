"""Create the tables of terms of service."""

from hubbub.core.db import Migrator
from hubbub.plugins.users.models import TermsOfService, UserTermsOfService


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(TermsOfService)
    m.create_table(UserTermsOfService)
