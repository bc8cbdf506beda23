"""Table hb_moderation_queue."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Text


class ModerationQueue(Table):
    """A message that waits; `id` is the one that its post will have, `post` all of it as JSON."""

    id = Id(primary_key=True)
    create_at = BigInt()
    user_id = Id()
    post = Text()

    class Meta:
        table_name = "hb_moderation_queue"

    table_indexes = (Index("idx_hb_moderation_queue_createat", "createat"),)
