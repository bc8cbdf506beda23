"""Emoji: the system ones by their short names, and those that people add."""

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import NotFound, NotImplementedYet


class Emoji(msgspec.Struct, kw_only=True):
    """A custom emoji. Times in ms; `name` has 1 to 64 of the characters `a-z A-Z 0-9 + - _`."""

    id: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    creator_id: str = ""
    name: str = ""


class EmojiNotFound(NotFound):
    id = "app.emoji.get.no_result"
    message = "There is no such emoji."


class EmojiDisabled(NotImplementedYet):
    id = "api.emoji.disabled.app_error"
    message = "Custom emoji are turned off on this server (ServiceSettings.EnableCustomEmoji)."


class EmojiService(Protocol):
    """Which emoji there are."""

    def is_system(self, name: str) -> bool:
        """Say whether every client has an emoji of that name, with or without skin tones. A look-up in memory."""

    def get_by_names(self, names: Iterable[str]) -> Mapping[str, Emoji]:
        """Return the custom emoji of these names that exist, by name; none while they are turned off.

        Cached; at most one query.
        """
