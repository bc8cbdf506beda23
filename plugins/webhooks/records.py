"""Incoming and outgoing webhooks as the API shows them, and what is said in their payloads."""

from typing import Any, Final

import msgspec

EXACT: Final = 0
"""`trigger_when`: the message's first word is a trigger word."""
STARTS_WITH: Final = 1
"""`trigger_when`: the message's first word begins with a trigger word."""
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
COMMENT: Final = "comment"
"""`response_type`: the answer is a reply to the message."""


class IncomingWebhook(msgspec.Struct, kw_only=True):
    """An address to which other programs send messages: `/hooks/{id}`. Shared: never change it. Times in ms.

    `user_id` is whose posts they become. With `channel_locked` the payload can't choose another channel.
    """

    id: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    user_id: str = ""
    channel_id: str = ""
    team_id: str = ""
    display_name: str = ""
    description: str = ""
    username: str = ""
    icon_url: str = ""
    channel_locked: bool = False


class OutgoingWebhook(msgspec.Struct, kw_only=True):
    """A rule for which messages are sent to other programs. Shared: never change it. Times in ms.

    `channel_id` "" is every public channel of the team. `token` tells the receiver that the message is from here.
    """

    id: str = ""
    token: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    creator_id: str = ""
    channel_id: str = ""
    team_id: str = ""
    trigger_words: list[str] = msgspec.field(default_factory=list)
    trigger_when: int = EXACT
    callback_urls: list[str] = msgspec.field(default_factory=list)
    display_name: str = ""
    description: str = ""
    content_type: str = ""
    username: str = ""
    icon_url: str = ""


class IncomingPage(msgspec.Struct, kw_only=True):
    """A page of incoming webhooks, and how many there are in all."""

    incoming_webhooks: list[IncomingWebhook]
    total_count: int


class Message(msgspec.Struct, kw_only=True):
    """What another program wants posted: the payload of an incoming webhook, or the answer to an outgoing one.

    Nulls count as absent. `channel` is the URL name of a channel, with or without #, or @ and a user name.
    """

    text: str | None = None
    username: str | None = None
    icon_url: str | None = None
    icon_emoji: str | None = None
    channel: str | None = None
    props: dict[str, Any] | None = None
    attachments: list[Any] | None = None
    type: str | None = None
    priority: dict[str, Any] | None = None
    response_type: str | None = None


class Payload(msgspec.Struct, kw_only=True):
    """What an outgoing webhook sends. `timestamp` in ms; `file_ids` separated by commas."""

    token: str
    team_id: str
    team_domain: str
    channel_id: str
    channel_name: str
    timestamp: int
    user_id: str
    user_name: str
    post_id: str
    text: str
    trigger_word: str
    file_ids: str
