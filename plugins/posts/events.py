"""What clients hear of posts."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from hubbub.core import json
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.realtime import Broadcast, Event

Own = Mapping[str, Mapping[str, str]]
"""User id → what this receiver's event has in place of everybody's."""


def own_posts(user_ids: Collection[str], post: Post) -> Own:
    """Return what an event has for those who see more of a post than others."""
    if not user_ids:
        return {}
    richer = {"post": json.encode_str(post)}
    return dict.fromkeys(user_ids, richer)


def posted(
    post: Post,
    channel: Channel,
    *,
    sender_name: str,
    mentioned: Iterable[str],
    per_user: Mapping[str, Mapping[str, Any]],
    set_online: bool,
    connection_id: str,
    own: Own,
) -> Event:
    """Return `posted` for a channel. Each mentioned user finds their own id, and only that, in `mentions`.

    `own` and `per_user` are what else is for some receivers only.
    """
    data = {
        "channel_display_name": sender_name if channel.type == "D" else channel.display_name,
        "channel_name": channel.name,
        "channel_type": channel.type,
        "sender_name": sender_name,
        "team_id": channel.team_id,
        "set_online": set_online,
        "post": json.encode_str(post),
    }
    if post.file_ids:
        data["otherFile"] = "true"
        if any(info.mime_type.startswith("image/") for info in (post.metadata or {}).get("files", ())):
            data["image"] = "true"
    for_one: dict[str, Mapping[str, Any]] = {user_id: {"mentions": f'["{user_id}"]'} for user_id in mentioned}
    for more in (own, per_user):
        for user_id, values in more.items():
            for_one[user_id] = {**for_one.get(user_id, {}), **values}
    return Event(
        name="posted",
        data=data,
        broadcast=Broadcast(channel_id=post.channel_id),
        per_user=for_one or None,
    )


def post_edited(post: Post, own: Own) -> Event:
    """Return `post_edited`."""
    return Event(
        name="post_edited",
        data={"post": json.encode_str(post)},
        broadcast=Broadcast(channel_id=post.channel_id),
        per_user=own or None,
    )


def post_deleted(post: Post, actor_id: str) -> tuple[Event, Event]:
    """Return the two forms of `post_deleted`: only admins see who deleted the post."""
    text = json.encode_str(post)
    return (
        Event(
            name="post_deleted",
            data={"post": text},
            broadcast=Broadcast(channel_id=post.channel_id, contains_sanitized_data=True),
        ),
        Event(
            name="post_deleted",
            data={"post": text, "delete_by": actor_id},
            broadcast=Broadcast(channel_id=post.channel_id, contains_sensitive_data=True),
        ),
    )


def ephemeral(post: Post, user_id: str) -> Event:
    """Return `ephemeral_message`, for one user."""
    return Event(
        name="ephemeral_message",
        data={"post": json.encode_str(post)},
        broadcast=Broadcast(channel_id=post.channel_id, user_id=user_id),
    )
