"""Table status, as the schema has it."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Varchar


class Status(Table):
    """One row per user who was ever online."""

    user_id = Id(primary_key=True)
    status = Varchar(32, null=True)
    manual = Bool(null=True)
    last_activity_at = BigInt(null=True)
    dnd_end_time = BigInt(null=True)
    prevstatus = Varchar(32, null=True)

    class Meta:
        table_name = "status"

    table_indexes = (Index("idx_status_status_dndendtime", "status", "dndendtime"),)
