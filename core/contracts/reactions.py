"""Reactions: emoji on posts."""

import msgspec


class Reaction(msgspec.Struct, kw_only=True):
    """One user's emoji on one post. Times in ms."""

    user_id: str
    post_id: str
    emoji_name: str
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    remote_id: str | None = None
    channel_id: str = ""
