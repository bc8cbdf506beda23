"""Drafts and scheduled posts: messages that aren't sent yet, and what such a message may hold."""

from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core import json
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.posts import MAX_MESSAGE, PostService
from hubbub.core.ids import is_valid_id

MAX_PROPS: Final = 8_000
"""Runes of the JSON object: the column's width."""
MAX_PRIORITY: Final = 1_000
MAX_FILE_IDS: Final = 300
"""Runes of the JSON list: ten files."""
TYPES: Final = frozenset({"", "burn_on_read"})


class DraftBody(msgspec.Struct, kw_only=True):
    """What its author says about a message that isn't sent yet (`root_id` "" when it is no reply).

    `priority` is {priority, requested_ack, persistent_notifications}, as in a post's metadata.
    """

    channel_id: str = ""
    root_id: str = ""
    message: str = ""
    type: str = ""
    props: dict[str, Any] = msgspec.field(default_factory=dict)
    file_ids: list[str] | UnsetType = UNSET
    priority: dict[str, Any] | UnsetType = UNSET


class Draft(DraftBody, kw_only=True):
    """A message that isn't sent yet: one per user, channel and thread. Times in ms."""

    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    user_id: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing in it to send."""
        return not self.message and not self.file_ids


class ScheduledPost(Draft, kw_only=True):
    """A message that the server sends at `scheduled_at` (ms), and then deletes here.

    `error_code` says why it could not be sent at `processed_at`; changing it has it tried again.
    """

    id: str = ""
    scheduled_at: int = 0
    processed_at: int = 0
    error_code: str = ""


class InvalidDraft(BadRequest):
    """A draft or scheduled post can't be stored; `id` says which part is wrong (model.draft.is_valid.…)."""

    id = "model.draft.is_valid.message_length.app_error"
    message = "The draft is not valid."


def check_draft(draft: Draft) -> None:
    """Raise `InvalidDraft` naming what is wrong; nothing is looked up."""
    if not is_valid_id(draft.channel_id):
        raise _invalid("channel_id", "channel_id is not the id of a channel.")
    if draft.root_id and not is_valid_id(draft.root_id):
        raise _invalid("root_id", "root_id is not the id of a post.")
    if len(draft.message) > MAX_MESSAGE:
        text = "The message is {length} characters long; at most {max} are allowed."
        raise _invalid("message_length", text, length=len(draft.message), max=MAX_MESSAGE)
    if draft.type not in TYPES:
        raise BadRequest("A draft of this type can't be kept.", id="model.post.is_valid.type.app_error")
    _check_length("props", draft.props, MAX_PROPS)
    _check_length("priority", draft.priority, MAX_PRIORITY)
    files = draft.file_ids or []
    if len(json.encode_str(files)) > MAX_FILE_IDS or not all(is_valid_id(file_id) for file_id in files):
        raise _invalid("file_ids", "A message can have at most 10 valid files.")


def check_root(posts: PostService, draft: Draft) -> None:
    """Raise `InvalidDraft` unless the post to reply to, if there is one, is a root in the same channel. One query."""
    if not draft.root_id:
        return
    root = posts.get_many([draft.root_id]).get(draft.root_id)
    if root is None or root.root_id or root.channel_id != draft.channel_id:
        raise _invalid("root_id", "The post to reply to doesn't exist in this channel, or is itself a reply.")


def _check_length(name: str, value: dict[str, Any] | UnsetType, limit: int) -> None:
    length = len(json.encode_str(value)) if value else 0
    if length > limit:
        text = "The draft's {name} take {length} characters as JSON; at most {max} are allowed."
        raise _invalid(name, text, name=name, length=length, max=limit)


def _invalid(part: str, message: str, **params: Any) -> InvalidDraft:
    return InvalidDraft(message, id=f"model.draft.is_valid.{part}.app_error", **params)
