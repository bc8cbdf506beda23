"""Tables commands and commandwebhooks, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Int, Varchar


class Commands(Table):
    """Teams' own commands."""

    id = Id(primary_key=True)
    token = Id(null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    creator_id = Id(null=True)
    team_id = Id(null=True)
    trigger = Varchar(128, null=True)
    method = Varchar(1, null=True)
    username = Varchar(64, null=True)
    icon_url = Varchar(1024, null=True)
    auto_complete = Bool(null=True)
    auto_complete_desc = Varchar(1024, null=True)
    auto_complete_hint = Varchar(1024, null=True)
    display_name = Varchar(64, null=True)
    description = Varchar(128, null=True)
    url = Varchar(1024, null=True)
    plugin_id = Varchar(190, null=True)

    class Meta:
        table_name = "commands"

    table_indexes = (
        Index("idx_command_team_id", "teamid"),
        Index("idx_command_update_at", "updateat"),
        Index("idx_command_create_at", "createat"),
        Index("idx_command_delete_at", "deleteat"),
    )


class CommandWebhooks(Table):
    """Addresses to which answers may come later."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    command_id = Id(null=True)
    user_id = Id(null=True)
    channel_id = Id(null=True)
    root_id = Id(null=True)
    use_count = Int(null=True)

    class Meta:
        table_name = "commandwebhooks"

    table_indexes = (Index("idx_command_webhook_create_at", "createat"),)
