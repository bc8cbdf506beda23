"""Drop an index of `users` that begins with the primary key, where MariaDB would look by it for the row to update."""

from hubbub.core.db import Migrator


def up(m: Migrator) -> None:
    """Drop it; other engines keep it, as the schema has it."""
    if m.engine == "mysql":
        m.drop_index("users", "idx_users_id_locale")
