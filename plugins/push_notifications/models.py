"""Table hb_push_queue, which is Hubbub's own."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Int, Text, Varchar


class PushQueue(Table):
    """One row per push to one device that isn't sent yet; it goes when the push is sent or given up.

    `next_at` (ms) is when a worker may take it: whoever has it keeps setting that to the end of its lease, and `claim`
    to its own mark. `number` orders what one worker queued within a millisecond. `payload` is a `Queued` as JSON.
    SECURITY: it holds what people wrote and where their phones are, as the tables posts and sessions do.
    """

    id = Id(primary_key=True)
    create_at = BigInt()
    number = BigInt()
    next_at = BigInt()
    claim = Varchar(26)
    attempts = Int()
    payload = Text()
    last_error = Varchar(512)

    class Meta:
        table_name = "hb_push_queue"

    table_indexes = (Index("idx_hb_push_queue_createat", "createat"), Index("idx_hb_push_queue_claim", "claim"))
