"""Table hb_mail_waiting, which is Hubbub's own."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Text


class MailWaiting(Table):
    """One row per notification that waits to be put into a mail with others.

    `due_at` (ms) is when its mail goes at the latest; `in_thread` says that the reader sees the post in its thread
    only. `payload` is the `EmailNotification` as JSON.
    """

    id = Id(primary_key=True)
    user_id = Id()
    channel_id = Id()
    post_id = Id()
    create_at = BigInt()
    due_at = BigInt()
    in_thread = Bool()
    payload = Text()

    class Meta:
        table_name = "hb_mail_waiting"

    table_indexes = (Index("idx_hb_mail_waiting_userid", "userid"), Index("idx_hb_mail_waiting_dueat", "dueat"))
