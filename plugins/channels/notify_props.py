"""Which notify props a member of a channel may set."""

from collections.abc import Mapping
from typing import Final

from hubbub.core import json
from hubbub.core.contracts.errors import BadRequest

LEVELS: Final = ("default", "all", "mention", "none")
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "desktop": LEVELS,
    "push": LEVELS,
    "mark_unread": ("all", "mention"),
    "email": ("default", "true", "false"),
    "ignore_channel_mentions": ("default", "off", "on"),
    "channel_auto_follow_threads": ("off", "on"),
}
ERRORS: Final = {
    "desktop": "model.channel_member.is_valid.notify_level.app_error",
    "push": "model.channel_member.is_valid.push_level.app_error",
    "mark_unread": "model.channel_member.is_valid.unread_level.app_error",
    "email": "model.channel_member.is_valid.email_value.app_error",
    "ignore_channel_mentions": "model.channel_member.is_valid.ignore_channel_mentions_value.app_error",
    "channel_auto_follow_threads": "model.channel_member.is_valid.channel_auto_follow_threads_value.app_error",
}
MAX_SIZE: Final = 800_000


def check_notify_props(props: Mapping[str, str]) -> None:
    """Raise `BadRequest` naming the prop that is wrong. Props that aren't known here are kept for clients."""
    for name, allowed in VALUES.items():
        if name in props and props[name] not in allowed:
            raise BadRequest(
                "The notify prop {name} can be {allowed}.", id=ERRORS[name], name=name, allowed=", ".join(allowed)
            )
    if len(json.encode_str(dict(props))) > MAX_SIZE:
        raise BadRequest("The notify props are too large.", id="model.channel_member.is_valid.notify_props.app_error")
