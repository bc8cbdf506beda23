"""Table emoji, as the schema has it."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Varchar


class EmojiTable(Table):
    """One row per custom emoji; deleted ones stay, so that their names can be used again."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    creator_id = Id(null=True)
    name = Varchar(64, null=True)

    class Meta:
        table_name = "emoji"

    table_indexes = (
        Index("emoji_name_deleteat_key", "name", "deleteat", constraint=True),
        Index("idx_emoji_create_at", "createat"),
        Index("idx_emoji_delete_at", "deleteat"),
        Index("idx_emoji_update_at", "updateat"),
    )
