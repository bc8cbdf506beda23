"""The tables `roles` and `schemes`."""

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


class Scheme(Table):
    """Roles of their own for teams, or for one channel; the columns of roles hold names."""

    id = Id(primary_key=True)
    name = Varchar(64, null=True)
    display_name = Varchar(128, null=True)
    description = Varchar(1024, null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    scope = Varchar(32, null=True)
    default_team_admin_role = Varchar(64, null=True)
    default_team_user_role = Varchar(64, null=True)
    default_channel_admin_role = Varchar(64, null=True)
    default_channel_user_role = Varchar(64, null=True)
    default_team_guest_role = Varchar(64, null=True)
    default_channel_guest_role = Varchar(64, null=True)
    default_playbook_admin_role = Varchar(64, null=True, db_default="")
    default_playbook_member_role = Varchar(64, null=True, db_default="")
    default_run_admin_role = Varchar(64, null=True, db_default="")
    default_run_member_role = Varchar(64, null=True, db_default="")

    class Meta:
        table_name = "schemes"

    table_indexes: ClassVar = (
        Index("schemes_name_key", "name", constraint=True),
        Index("idx_schemes_channel_admin_role", "defaultchanneladminrole"),
        Index("idx_schemes_channel_guest_role", "defaultchannelguestrole"),
        Index("idx_schemes_channel_user_role", "defaultchanneluserrole"),
    )
