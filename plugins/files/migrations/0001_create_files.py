"""Create fileinfo and uploadsessions."""

from hubbub.core.db import Migrator
from hubbub.plugins.files.models import FileInfoTable, UploadSessionTable


def up(m: Migrator) -> None:
    """Create the tables, or add what an existing database lacks."""
    m.create_table(FileInfoTable)
    m.create_table(UploadSessionTable)
