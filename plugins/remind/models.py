"""Table hb_reminders."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Text, Varchar


class Reminders(Table):
    """One row per reminder; either `recipient_id` or `channel_id` is set. `due_at` in ms.

    `every` is empty for once, else which days and when: `weekday 09:00`, in the time zone `zone`.
    """

    id = Id(primary_key=True)
    create_at = BigInt()
    user_id = Id()
    recipient_id = Id()
    channel_id = Id()
    message = Text()
    due_at = BigInt()
    every = Varchar(32)
    zone = Varchar(64)

    class Meta:
        table_name = "hb_reminders"

    table_indexes = (Index("idx_hb_reminders_due_at", "dueat"), Index("idx_hb_reminders_user_id", "userid"))
