"""Table hb_mail_queue, which is Hubbub's own."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Int, Text, Varchar


class MailQueue(Table):
    """One row per mail that is not sent yet; it goes when the mail is sent or given up.

    `next_at` (ms) is when a worker may take it; whoever does sets it to the end of its lease, and `claim` to its own
    mark. `payload` is the `Mail` as JSON. SECURITY: links in there hold secrets, as those in the table tokens do.
    """

    id = Id(primary_key=True)
    create_at = BigInt()
    next_at = BigInt()
    claim = Varchar(26)
    attempts = Int()
    kind = Varchar(64)
    payload = Text()
    last_error = Varchar(512)

    class Meta:
        table_name = "hb_mail_queue"

    table_indexes = (Index("idx_hb_mail_queue_nextat", "nextat"), Index("idx_hb_mail_queue_claim", "claim"))
