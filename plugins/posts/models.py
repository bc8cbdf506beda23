"""Tables posts and threads, as the schema has them."""

from hubbub.core.db import Index, Table
from hubbub.core.db.fields import BigInt, Bool, Id, Json, Varchar


class Posts(Table):
    """Messages, replies, and earlier versions of edited posts (original_id)."""

    id = Id(primary_key=True)
    create_at = BigInt(null=True)
    update_at = BigInt(null=True)
    delete_at = BigInt(null=True)
    user_id = Id(null=True)
    channel_id = Id(null=True)
    root_id = Id(null=True)
    original_id = Id(null=True)
    message = Varchar(65535, null=True)
    type = Id(null=True)
    props = Json(null=True)
    hashtags = Varchar(1000, null=True)
    filenames = Varchar(4000, null=True)
    file_ids = Varchar(300, null=True)
    has_reactions = Bool(null=True)
    edit_at = BigInt(null=True)
    is_pinned = Bool(null=True)
    remote_id = Id(null=True)

    class Meta:
        table_name = "posts"

    table_indexes = (
        Index("idx_posts_channel_id_delete_at_create_at", "channelid", "deleteat", "createat"),
        Index("idx_posts_channel_id_update_at", "channelid", "updateat"),
        Index("idx_posts_create_at", "createat"),
        Index("idx_posts_create_at_id", "createat", "id"),
        Index("idx_posts_delete_at", "deleteat"),
        Index("idx_posts_hashtags_txt", "to_tsvector('english'::regconfig, (hashtags)::text)", using="gin"),
        Index("idx_posts_is_pinned", "ispinned"),
        Index("idx_posts_message_txt", "to_tsvector('english'::regconfig, (message)::text)", using="gin"),
        Index("idx_posts_original_id", "originalid"),
        Index("idx_posts_root_id_delete_at", "rootid", "deleteat"),
        Index("idx_posts_update_at", "updateat"),
        Index("idx_posts_user_id", "userid"),
    )


class Threads(Table):
    """One row per root that has replies: how many, when the last, and by whom."""

    post_id = Id(primary_key=True)
    reply_count = BigInt(null=True)
    last_reply_at = BigInt(null=True)
    participants = Json(null=True)
    channel_id = Id(null=True)
    thread_delete_at = BigInt(null=True)
    thread_team_id = Id(null=True)

    class Meta:
        table_name = "threads"

    table_indexes = (Index("idx_threads_channel_id_last_reply_at", "channelid", "lastreplyat"),)
