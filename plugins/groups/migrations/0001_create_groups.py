"""Create the tables of groups."""

from hubbub.core.db import Migrator
from hubbub.plugins.groups.models import GroupChannels, GroupMembers, GroupTeams, UserGroups


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    for table in (UserGroups, GroupMembers, GroupTeams, GroupChannels):
        m.create_table(table)
