"""Create the table of pictures."""

from hubbub.core.db import Migrator
from hubbub.plugins.auth_ldap.models import LdapPictures


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(LdapPictures)
