"""The table of this plugin; tables that only Hubbub knows begin with hb_."""

from hubbub.core.db import Table
from hubbub.core.db.fields import BigInt, Id


class Words(Table):
    """One row per user."""

    user_id = Id(primary_key=True)
    words = BigInt()

    class Meta:
        table_name = "hb_word_count"
