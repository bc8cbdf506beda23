"""Table threadmemberships, as the schema has it."""

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id


class ThreadMemberships(Table):
    """What one user has to do with one thread; without `following` the row says that they want nothing of it."""

    post_id = Id()
    user_id = Id()
    following = Bool(null=True)
    last_viewed = BigInt(null=True)
    last_updated = BigInt(null=True)
    unread_mentions = BigInt(null=True)

    class Meta:
        table_name = "threadmemberships"
        primary_key = CompositeKey("post_id", "user_id")

    table_indexes = (
        Index("idx_thread_memberships_last_update_at", "lastupdated"),
        Index("idx_thread_memberships_last_view_at", "lastviewed"),
        Index("idx_thread_memberships_user_id", "userid"),
    )
