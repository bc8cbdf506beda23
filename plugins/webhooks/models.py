"""Tables incomingwebhooks and outgoingwebhooks, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Int, Varchar


class IncomingWebhooks(Table):
    """One row per address; deleted ones stay, marked."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    user_id = Id(null=True)
    channel_id = Id(null=True)
    team_id = Id(null=True)
    display_name = Varchar(64, null=True)
    description = Varchar(500, null=True)
    username = Varchar(255, null=True)
    icon_url = Varchar(1024, null=True)
    channel_locked = Bool(null=True)

    class Meta:
        table_name = "incomingwebhooks"

    table_indexes = (
        Index("idx_incoming_webhook_user_id", "userid"),
        Index("idx_incoming_webhook_team_id", "teamid"),
        Index("idx_incoming_webhook_update_at", "updateat"),
        Index("idx_incoming_webhook_create_at", "createat"),
        Index("idx_incoming_webhook_delete_at", "deleteat"),
    )


class OutgoingWebhooks(Table):
    """One row per rule; deleted ones stay, marked. triggerwords and callbackurls are JSON lists."""

    id = Id(primary_key=True)
    token = Id(null=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    creator_id = Id(null=True)
    channel_id = Id(null=True)
    team_id = Id(null=True)
    trigger_words = Varchar(1024, null=True)
    callback_urls = Varchar(1024, null=True)
    display_name = Varchar(64, null=True)
    content_type = Varchar(128, null=True)
    trigger_when = Int(null=True)
    username = Varchar(64, null=True)
    icon_url = Varchar(1024, null=True)
    description = Varchar(500, null=True)

    class Meta:
        table_name = "outgoingwebhooks"

    table_indexes = (
        Index("idx_outgoing_webhook_team_id", "teamid"),
        Index("idx_outgoing_webhook_update_at", "updateat"),
        Index("idx_outgoing_webhook_create_at", "createat"),
        Index("idx_outgoing_webhook_delete_at", "deleteat"),
    )
