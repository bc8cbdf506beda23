"""Create teams and teammembers."""

from hubbub.core.db import Migrator
from hubbub.plugins.teams.models import TeamMembers, Teams


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(Teams)
    m.create_table(TeamMembers)
