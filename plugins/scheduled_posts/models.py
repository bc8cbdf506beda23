"""Table scheduledposts, as the schema has it."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Text, Varchar


class ScheduledPosts(Table):
    """One row per message to be sent; deleted when it was.

    While a worker sends it, `processed_at` holds the time it began and `error_code` is empty.
    """

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    user_id = Id()
    channel_id = Id()
    root_id = Id(null=True)
    message = Varchar(65535, null=True)
    props = Varchar(8000, null=True)
    file_ids = Varchar(300, null=True)
    priority = Text(null=True)
    scheduled_at = BigInt()
    processed_at = BigInt(null=True)
    error_code = Varchar(200, null=True)
    type = Text(null=True)

    class Meta:
        table_name = "scheduledposts"

    table_indexes = (Index("idx_scheduledposts_userid_channel_id_scheduled_at", "userid", "channelid", "scheduledat"),)
