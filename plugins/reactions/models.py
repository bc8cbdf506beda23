"""Table reactions, as the schema has it."""

from peewee import CompositeKey

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Id, Varchar


class Reactions(Table):
    """One row per user, post and emoji; one that is taken back stays, with deleteat set."""

    user_id = Id()
    post_id = Id()
    emoji_name = Varchar(64)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    remote_id = Id(null=True)
    channel_id = Id(db_default="")

    class Meta:
        table_name = "reactions"
        primary_key = CompositeKey("post_id", "user_id", "emoji_name")

    table_indexes = (Index("idx_reactions_channel_id", "channelid"),)
