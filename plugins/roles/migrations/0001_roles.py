"""Create the table and the default roles.

Roles that are there already stay as they are: an administrator may have changed them.
"""

from hubbub.core.db import Migrator
from hubbub.plugins.roles.defaults import default_roles
from hubbub.plugins.roles.models import Role
from hubbub.plugins.roles.store import RoleStore


def up(m: Migrator) -> None:
    """Create the table and the default roles."""
    m.create_table(Role)
    RoleStore(m.db).insert_missing(default_roles())
