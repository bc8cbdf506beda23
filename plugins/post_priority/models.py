"""Tables postspriority, postacknowledgements and persistentnotifications, as the schema has them."""

from peewee import CompositeKey

from hubbub.core.db import Table
from hubbub.core.db.fields import BigInt, Bool, Id, SmallInt, Varchar


class PostsPriority(Table):
    """One row per post whose author asked for more attention."""

    post_id = Id(primary_key=True)
    channel_id = Id()
    priority = Varchar(32)
    requested_ack = Bool(null=True)
    persistent_notifications = Bool(null=True)

    class Meta:
        table_name = "postspriority"


class PostAcknowledgements(Table):
    """One row per reader who has acknowledged a post; acknowledgedat is 0 when they took it back."""

    post_id = Id()
    user_id = Id()
    acknowledged_at = BigInt(null=True)
    remote_id = Id(null=True, db_default="")
    channel_id = Id(null=True, db_default="")

    class Meta:
        table_name = "postacknowledgements"
        primary_key = CompositeKey("post_id", "user_id")


class PersistentNotifications(Table):
    """One row per post whose notifications are repeated, until deleteat is set."""

    post_id = Id(primary_key=True)
    create_at = BigInt(null=True)
    last_sent_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    sent_count = SmallInt(null=True)

    class Meta:
        table_name = "persistentnotifications"
