"""Create the tables of policies."""

from hubbub.core.db import Migrator
from hubbub.plugins.data_retention.models import (
    RetentionPolicies,
    RetentionPoliciesChannels,
    RetentionPoliciesTeams,
)


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(RetentionPolicies)
    m.create_table(RetentionPoliciesChannels)
    m.create_table(RetentionPoliciesTeams)
