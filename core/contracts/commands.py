"""Slash commands, as a plugin answers them."""

from typing import Any

import msgspec


class CommandArgs(msgspec.Struct, kw_only=True):
    """Who typed what, and where. `command` is the whole line, slash included."""

    user_id: str
    channel_id: str
    command: str
    team_id: str = ""
    root_id: str = ""
    parent_id: str = ""
    trigger_id: str = ""


class CommandResponse(msgspec.Struct, kw_only=True):
    """The answer. `response_type` is "in_channel" (a post) or "ephemeral" (only the caller sees it)."""

    response_type: str = "ephemeral"
    text: str = ""
    username: str = ""
    channel_id: str = ""
    icon_url: str = ""
    type: str = ""
    props: dict[str, Any] = msgspec.field(default_factory=dict)
    goto_location: str = ""
    trigger_id: str = ""
    skip_slack_parsing: bool = False
    attachments: list[dict[str, Any]] | None = None
    extra_responses: list["CommandResponse"] | None = None
