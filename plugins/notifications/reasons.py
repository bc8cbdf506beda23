"""Why somebody is told of a post: the strongest reason there is."""

from collections.abc import Mapping
from typing import Final

import msgspec

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.notifications import (
    ADDED,
    CHANNEL_MENTION,
    COMMENT,
    COMMENT_ROOT,
    DIRECT,
    EVERYTHING,
    GROUP_MENTION,
    KEYWORD,
    MENTION,
    TEST,
    THREAD,
)
from hubbub.core.contracts.statuses import Status
from hubbub.core.contracts.users import User
from hubbub.plugins.notifications.display import Display
from hubbub.plugins.notifications.recorder import Told
from hubbub.plugins.notifications.wishes import ChannelWishes

FORCED: Final = "force_notification"
"""The prop of a post that is to be told whatever settings say (a test); only the server sets it."""


class Audience(msgspec.Struct):
    """Who may have to be told of a post, and what is known about them."""

    wishes: ChannelWishes
    candidates: frozenset[str]
    followers: frozenset[str]
    statuses: Mapping[str, Status]
    displays: Mapping[str, Display]


class Reasons:
    """Finds the reason for one person after the other."""

    def __init__(self, told: Told, channel: Channel, audience: Audience, root_author: str) -> None:
        self._told = told
        self._audience = audience
        self._root_author = root_author
        self._is_forced = bool(told.post.props.get(FORCED))
        self._is_system = told.post.type.startswith("system_")
        self._called = DIRECT if channel.is_direct_or_group else CHANNEL_MENTION
        # PERF: thousands at a time are called, or want everything; only for the others there is more to find out.
        self._others = told.by_name | told.by_group | (told.mentions - told.named) | audience.followers

    def of(self, user: User) -> str:
        """Return the strongest reason for which somebody is told."""
        if self._is_forced:
            return TEST
        if user.id in self._others:
            return self._of_other(user)
        return self._called if user.id in self._told.named else EVERYTHING

    def _of_other(self, user: User) -> str:
        told, user_id = self._told, user.id
        if user_id in told.by_name:
            if self._is_system:
                return ADDED
            return MENTION if user.username in told.post.message.lower() else KEYWORD
        if user_id in told.by_group:
            return GROUP_MENTION
        if user_id in told.named:
            return self._called
        if user_id in self._audience.followers and self._audience.displays[user_id].is_crt:
            return THREAD
        if user_id in told.mentions:
            return COMMENT_ROOT if user_id == self._root_author else COMMENT
        return EVERYTHING
