"""Slash commands, as a plugin offers and answers them."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType


class SlashCommand(msgspec.Struct, kw_only=True, frozen=True):
    """A command that a plugin answers (hook `register_slash_commands`).

    `trigger` is its name without the slash, in lower case. `hint` shows what follows it, `description` what it does.
    `arguments` are (words to complete, their hint, what they do) for what may follow. A command that `yields` gives way
    to a team's own of the same name.
    """

    trigger: str
    description: str = ""
    hint: str = ""
    display_name: str = ""
    autocomplete: bool = True
    arguments: tuple[tuple[str, str, str], ...] = ()
    yields: bool = False


class CommandArgs(msgspec.Struct, kw_only=True):
    """Who typed what, and where. `command` is the whole line, slash included.

    The caller may post in the channel. `session_id` is the client's session, never sent anywhere.
    """

    user_id: str
    channel_id: str
    command: str
    team_id: str = ""
    root_id: str = ""
    parent_id: str = ""
    trigger_id: str = ""
    session_id: str = ""

    @property
    def rest(self) -> str:
        """Return what follows the trigger, without spaces around it."""
        parts = self.command.split(None, 1)
        return parts[1].strip() if len(parts) == 2 else ""


class CommandResponse(msgspec.Struct, kw_only=True):
    """The answer. `response_type` is "in_channel" (a post) or "ephemeral" (only the caller sees it)."""

    response_type: str = "ephemeral"
    text: str = ""
    username: str = ""
    channel_id: str = ""
    icon_url: str = ""
    type: str = ""
    props: dict[str, Any] | None = None
    goto_location: str = ""
    trigger_id: str = ""
    skip_slack_parsing: bool = False
    attachments: list[dict[str, Any]] | None = None
    extra_responses: list["CommandResponse"] | None = None


class Command(msgspec.Struct, kw_only=True):
    """A slash command as the API shows it. `method` is "P" (POST) or "G" (GET), "" for a plugin's. Times in ms."""

    id: str = ""
    token: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    creator_id: str = ""
    team_id: str = ""
    trigger: str = ""
    method: str = ""
    username: str = ""
    icon_url: str = ""
    auto_complete: bool = False
    auto_complete_desc: str = ""
    auto_complete_hint: str = ""
    display_name: str = ""
    description: str = ""
    url: str = ""
    plugin_id: str = ""
    autocomplete_data: dict[str, Any] | UnsetType = UNSET
    autocomplete_icon_data: str | UnsetType = UNSET
