"""Create oauthapps, oauthauthdata and oauthaccessdata."""

from hubbub.core.db import Migrator
from hubbub.plugins.oauth_provider.models import AccessDataTable, AppTable, AuthDataTable


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(AppTable)
    m.create_table(AuthDataTable)
    m.create_table(AccessDataTable)
