"""Create hb_bulkimports."""

from hubbub.core.db import Migrator
from hubbub.plugins.bulk.models import HbBulkImports


def up(m: Migrator) -> None:
    """Create the table."""
    m.create_table(HbBulkImports)
