"""Create sidebarcategories and sidebarchannels."""

from hubbub.core.db import Migrator
from hubbub.plugins.sidebar.models import SidebarCategories, SidebarChannels


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(SidebarCategories)
    m.create_table(SidebarChannels)
