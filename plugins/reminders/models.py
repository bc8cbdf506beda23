"""Table postreminders, as the schema has it."""

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id


class PostReminders(Table):
    """One row per user and post to be reminded of; `target_time` is in seconds."""

    post_id = Id()
    user_id = Id()
    target_time = BigInt(null=True)

    class Meta:
        table_name = "postreminders"
        primary_key = CompositeKey("post_id", "user_id")

    table_indexes = (Index("idx_postreminders_targettime", "targettime"),)
