"""The table audits, as the schema has it."""

from typing import ClassVar

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Varchar


class Audits(Table):
    """What happened to an account."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    user_id = Varchar(26, null=True)
    action = Varchar(512, null=True)
    extra_info = Varchar(1024, null=True)
    ip_address = Varchar(64, null=True)
    session_id = Varchar(26, null=True)

    class Meta:
        table_name = "audits"

    table_indexes: ClassVar = (Index("idx_audits_user_id", "userid"),)
