"""Which posts are valid: lengths, props, replies, types."""

from typing import Final

from hubbub.core import json
from hubbub.core.contracts.errors import AppError, BadRequest
from hubbub.core.contracts.posts import MAX_MESSAGE, InvalidPost, Post
from hubbub.core.ids import is_valid_id
from hubbub.plugins.posts.text import MAX_HASHTAGS

MAX_PROPS: Final = 800_000
MAX_CLIENT_PROPS: Final = 760_000
MAX_FILE_IDS: Final = 300
"""Runes of the JSON list: ten files."""
MAX_PENDING_ID: Final = 128
SYSTEM_PREFIX: Final = "system_"


class DeletedChannel(BadRequest):
    id = "api.post.create_post.can_not_post_to_deleted.error"
    message = "The channel is archived: nothing can be posted there."


class BadRoot(BadRequest):
    id = "api.post.create_post.root_id.app_error"
    message = "The post to reply to doesn't exist, or is itself a reply."


class RootInOtherChannel(AppError):
    id = "api.post.create_post.channel_root_id.app_error"
    status_code = 400
    message = "The post to reply to is in another channel."


class MessageTooLong(InvalidPost):
    id = "model.post.is_valid.message_length.app_error"
    message = "The message is {length} characters long; at most {max} are allowed."


def check_message(message: str) -> None:
    """Raise `MessageTooLong`."""
    if len(message) > MAX_MESSAGE:
        raise MessageTooLong(length=len(message), max=MAX_MESSAGE)


def encode_props(props: dict[str, object], *, limit: int = MAX_PROPS) -> str:
    """Return props as JSON text. Raises `InvalidPost` when they are too large."""
    if not props:
        return "{}"
    text = json.encode_str(props)
    if len(text) > limit:
        raise InvalidPost(
            "The post's props take {length} characters as JSON; at most {max} are allowed.",
            id="model.post.is_valid.props.app_error",
            length=len(text),
            max=limit,
        )
    return text


def encode_file_ids(post: Post) -> str:
    """Return the ids of attached files as a JSON list. Raises `InvalidPost`."""
    if not post.file_ids:
        return "[]"
    text = json.encode_str(post.file_ids)
    if len(text) > MAX_FILE_IDS or not all(is_valid_id(file_id) for file_id in post.file_ids):
        raise InvalidPost("A post can have at most 10 valid files.", id="model.post.is_valid.file_ids.app_error")
    return text


def check_new(post: Post) -> None:
    """Check what needs no look-up. Raises `InvalidPost` naming what is wrong."""
    check_message(post.message)
    if post.root_id and not is_valid_id(post.root_id):
        raise InvalidPost("root_id is not the id of a post.", id="model.post.is_valid.root_id.app_error")
    if len(post.pending_post_id) > MAX_PENDING_ID:
        raise InvalidPost("pending_post_id is too long.", id="model.post.is_valid.pending_post_id.app_error")
    if len(post.hashtags) > MAX_HASHTAGS:
        raise InvalidPost("There are too many hashtags.", id="model.post.is_valid.hashtags.app_error")
    if not _is_known_type(post.type):
        raise InvalidPost("The post's type is not one that exists.", id="model.post.is_valid.type.app_error")


def _is_known_type(type: str) -> bool:
    return not type or type in KNOWN_TYPES or (type.startswith("custom_") and len(type) <= 26)


KNOWN_TYPES: Final = frozenset(
    """slack_attachment me reminder burn_on_read add_bot_teams_channels
    system_generic system_join_leave system_join_channel system_guest_join_channel system_leave_channel
    system_join_team system_leave_team system_auto_responder system_autotranslation system_add_remove
    system_add_to_channel system_add_guest_to_chan system_remove_from_channel system_move_channel
    system_add_to_team system_remove_from_team system_header_change system_displayname_change
    system_convert_channel system_purpose_change system_channel_deleted system_channel_restored
    system_change_chan_privacy system_wrangler system_gm_to_channel""".split()
)
"""Types that are stored; `system_ephemeral` never is."""
