"""Our own table of imports that aren't complete."""

from hubbub.core.db import Table
from hubbub.core.db.fields import BigInt, Text, Varchar


class HbBulkImports(Table):
    """One row per import under way: `id` is its file's hash, `line` the last one that is stored. Times in ms."""

    id = Varchar(64, primary_key=True)
    name = Varchar(255, null=True)
    line = BigInt(null=True)
    started_at = BigInt(null=True)
    updated_at = BigInt(null=True)
    notes = Text(null=True)

    class Meta:
        table_name = "hb_bulkimports"
