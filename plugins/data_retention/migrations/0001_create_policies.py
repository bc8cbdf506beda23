"""Create the tables of policies."""

from typing import Final

from hubbub.core.db import Migrator, Table
from hubbub.plugins.data_retention.models import (
    RetentionPolicies,
    RetentionPoliciesChannels,
    RetentionPoliciesTeams,
)

_PARTS: Final[tuple[tuple[str, type[Table]], ...]] = (
    ("retentionpolicieschannels", RetentionPoliciesChannels),
    ("retentionpoliciesteams", RetentionPoliciesTeams),
)


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(RetentionPolicies)
    for name, model in _PARTS:
        is_there = m.has_table(name)
        m.create_table(model)
        if not is_there:
            m.execute_on(
                "postgres",
                f"ALTER TABLE {{{name}}} ADD CONSTRAINT fk_{name}_retentionpolicies"
                " FOREIGN KEY (policyid) REFERENCES {retentionpolicies} (id) ON DELETE CASCADE",
            )
