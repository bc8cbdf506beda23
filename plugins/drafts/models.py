"""Table drafts, as the schema has it."""

from peewee import CompositeKey

from hubbub.core.db import Table
from hubbub.core.db.fields import BigInt, Id, Text, Varchar


class Drafts(Table):
    """One row per user, channel and thread; `root_id` is empty for the channel itself."""

    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    user_id = Id()
    channel_id = Id()
    root_id = Id(db_default="")
    message = Varchar(65535, null=True)
    props = Varchar(8000, null=True)
    file_ids = Varchar(300, null=True)
    priority = Text(null=True)
    type = Text(null=True)

    class Meta:
        table_name = "drafts"
        primary_key = CompositeKey("user_id", "channel_id", "root_id")
