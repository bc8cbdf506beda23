"""The table `roles`."""

from typing import ClassVar

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Text, Varchar


class Role(Table):
    """A role; `permissions` are names separated by spaces."""

    id = Id(primary_key=True)
    name = Varchar(64, null=True)
    display_name = Varchar(128, null=True)
    description = Varchar(1024, null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    permissions = Text(null=True)
    scheme_managed = Bool(null=True)
    built_in = Bool(null=True)
    scheme_id = Varchar(26, null=True)

    class Meta:
        table_name = "roles"

    table_indexes: ClassVar = (
        Index("roles_name_key", "name", constraint=True),
        Index("idx_roles_scheme_id", "schemeid"),
    )
