"""Statuses: who is online, away, busy, offline or out of office."""

from collections.abc import Iterable
from typing import Final, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.errors import NotFound

ONLINE: Final = "online"
AWAY: Final = "away"
DND: Final = "dnd"
OFFLINE: Final = "offline"
OUT_OF_OFFICE: Final = "ooo"
"""Chosen by turning automatic replies on; any other choice turns them off."""


class Status(msgspec.Struct, kw_only=True):
    """A user's presence. `dnd_end_time` is in seconds (0: until changed), `last_activity_at` in ms."""

    user_id: str
    status: str = OFFLINE
    manual: bool = False
    last_activity_at: int = 0
    active_channel: str | UnsetType = UNSET
    dnd_end_time: int = 0


class StatusNotFound(NotFound):
    id = "app.status.get.missing.app_error"
    message = "The user has no status yet."


class StatusService(Protocol):
    """Presence of users, shared by all workers. Optional: with `NullStatusService` everybody is offline."""

    def get(self, user_id: str) -> Status:
        """Return the status; offline for a user who never came online. Cached."""

    def get_many(self, user_ids: Iterable[str]) -> dict[str, Status]:
        """Return the statuses of the users, offline where there is none. Cached; at most one query."""

    def active_channels(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Return user id → the channel that they are looking at right now, where that is known. No query."""

    def set_manual(self, user_id: str, status: str, *, dnd_end_time: int = 0) -> Status:
        """Set what the user chose. Publishes `status_change` to the user."""

    def set_custom(self, user_id: str, *, emoji: str, text: str) -> None:
        """Set an emoji (its name, "" for a default) and a text of at most 100 runes, until it is removed."""

    def unset_custom(self, user_id: str) -> None:
        """Remove emoji and text."""

    def set_online(self, user_id: str, *, manual: bool = False) -> None:
        """Note activity: online unless the user chose otherwise. Cheap: written at most every few seconds."""

    def set_away_if_idle(self, user_id: str) -> None:
        """Set away when the user has been idle long enough and didn't choose a status."""

    def set_active_channel(self, user_id: str, channel_id: str) -> None:
        """Note which channel the user is looking at: for 20 s, or until told otherwise ("": none)."""


class NullStatusService:
    """Nobody is there."""

    def get(self, user_id: str) -> Status:
        """Say offline."""
        return Status(user_id=user_id)

    def get_many(self, user_ids: Iterable[str]) -> dict[str, Status]:
        """Say offline."""
        return {user_id: Status(user_id=user_id) for user_id in user_ids}

    def active_channels(self, user_ids: Iterable[str]) -> dict[str, str]:
        """Say that nobody looks anywhere."""
        return {}

    def set_manual(self, user_id: str, status: str, *, dnd_end_time: int = 0) -> Status:
        """Leave it."""
        return Status(user_id=user_id)

    def set_custom(self, user_id: str, *, emoji: str, text: str) -> None:
        """Do nothing."""

    def unset_custom(self, user_id: str) -> None:
        """Do nothing."""

    def set_online(self, user_id: str, *, manual: bool = False) -> None:
        """Do nothing."""

    def set_away_if_idle(self, user_id: str) -> None:
        """Do nothing."""

    def set_active_channel(self, user_id: str, channel_id: str) -> None:
        """Do nothing."""
