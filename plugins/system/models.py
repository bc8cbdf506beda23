"""Table systems, as the schema has it."""

from hubbub.core.db import Table
from hubbub.core.db.fields import Varchar


class Systems(Table):
    """Facts about this installation, by name."""

    name = Varchar(64, primary_key=True)
    value = Varchar(1024, null=True)

    class Meta:
        table_name = "systems"
