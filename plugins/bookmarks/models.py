"""Table channelbookmarks, as the schema has it."""

from typing import Final

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, EnumField, Id, Int, Raw, Text, Varchar

_NULL: Final = Raw("NULL")


class ChannelBookmarks(Table):
    """One row per bookmark; deleted ones stay, for clients that ask what has changed."""

    id = Id(primary_key=True)
    owner_id = Id()
    channel_id = Id()
    file_info_id = Id(null=True, db_default=_NULL)
    create_at = BigInt(null=True, db_default=0)
    update_at = BigInt(null=True, db_default=0)
    delete_at = BigInt(null=True, db_default=0)
    display_name = Text(null=True, db_default="")
    sort_order = Int(null=True, db_default=0)
    link_url = Text(null=True)
    image_url = Text(null=True)
    emoji = Varchar(64, null=True, db_default=_NULL)
    type = EnumField("channel_bookmark_type", ("link", "file"), null=True, db_default="link")
    original_id = Id(null=True, db_default=_NULL)
    parent_id = Id(null=True, db_default=_NULL)

    class Meta:
        table_name = "channelbookmarks"

    table_indexes = (
        Index("idx_channelbookmarks_channelid", "channelid"),
        Index("idx_channelbookmarks_delete_at", "deleteat"),
        Index("idx_channelbookmarks_update_at", "updateat"),
    )
