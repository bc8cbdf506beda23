"""Create the tables of properties, and the group of ours."""

from hubbub.core.db import Migrator
from hubbub.core.ids import new_id
from hubbub.plugins.profile_attributes.models import PropertyFields, PropertyGroups, PropertyValues
from hubbub.plugins.profile_attributes.store import GROUP_NAME


def up(m: Migrator) -> None:
    """Create them, or add what an existing database lacks."""
    for model in (PropertyGroups, PropertyFields, PropertyValues):
        m.create_table(model)
    m.insert_many("propertygroups", ("id", "name"), [(new_id(), GROUP_NAME)])
