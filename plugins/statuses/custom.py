"""Custom statuses: an emoji and a text, kept in the user's props; the last five are a preference."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import Preference, PreferenceNotFound, PreferenceService
from hubbub.core.contracts.users import UserPatch, UserService

PROP: Final = "customStatus"
CATEGORY: Final = "custom_status"
RECENT: Final = "recent_custom_statuses"
MAX_RECENT: Final = 5
MAX_TEXT_RUNES: Final = 100
DEFAULT_EMOJI: Final = "speech_balloon"
DATE_AND_TIME: Final = "date_and_time"
DURATIONS: Final = frozenset(("thirty_minutes", "one_hour", "four_hours", "today", "this_week", DATE_AND_TIME))
NEVER: Final = "0001-01-01T00:00:00Z"
"""How the API writes a time that isn't set."""


class CustomStatus(msgspec.Struct, kw_only=True):
    """An emoji (its name) and a text of at most 100 runes; `expires_at` in RFC 3339."""

    emoji: str = ""
    text: str = ""
    duration: str = ""
    expires_at: str = NEVER


class NothingToRemove(BadRequest):
    id = "api.custom_status.recent_custom_statuses.delete.app_error"
    message = "There is no such custom status among the recent ones."


class CustomStatuses:
    """Sets and removes custom statuses."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)
        self._preferences = context.service(PreferenceService)

    def set(self, user_id: str, status: CustomStatus) -> None:
        """Set the status and put it first among the recent ones. Raises `InvalidBodyParam`."""
        status = _checked(status)
        self._store(user_id, json.encode_str(status))
        others = [one for one in self._recent(user_id) if (one.emoji, one.text) != (status.emoji, status.text)]
        self._save_recent(user_id, [status, *others][:MAX_RECENT])

    def unset(self, user_id: str) -> None:
        """Remove the status; does nothing where there is none."""
        self._store(user_id, "")

    def forget_recent(self, user_id: str, status: CustomStatus) -> None:
        """Remove one of the recent statuses. Raises `NothingToRemove`."""
        recent = self._recent(user_id)
        left = [one for one in recent if (one.emoji, one.text) != (status.emoji, status.text)]
        if len(left) == len(recent):
            raise NothingToRemove
        self._save_recent(user_id, left)

    def _store(self, user_id: str, value: str) -> None:
        props = self._users.get(user_id).props
        props = {} if props is msgspec.UNSET else dict(props)
        if value or PROP in props:
            self._users.patch(user_id, UserPatch(props={**props, PROP: value}))

    def _recent(self, user_id: str) -> list[CustomStatus]:
        try:
            value = self._preferences.get(user_id, CATEGORY, RECENT).value
            recent: list[CustomStatus] = json.decode(value, list[CustomStatus])
        except (PreferenceNotFound, msgspec.MsgspecError):  # clients write this preference too, as they like
            return []
        return recent

    def _save_recent(self, user_id: str, statuses: list[CustomStatus]) -> None:
        value = json.encode_str(statuses)
        self._preferences.save(user_id, [Preference(category=CATEGORY, name=RECENT, value=value)])


def _checked(status: CustomStatus) -> CustomStatus:
    if not status.emoji and not status.text:
        raise InvalidBodyParam("custom_status")
    expires = _time(status.expires_at)
    if expires is not None and expires <= datetime.now(UTC):
        raise InvalidBodyParam("custom_status", detailed_error="expires_at is in the past")
    ends = expires is not None
    duration = status.duration or (DATE_AND_TIME if ends else "")
    if duration and (duration not in DURATIONS or not ends):
        raise InvalidBodyParam("custom_status", detailed_error="duration and expires_at don't fit")
    return CustomStatus(
        emoji=status.emoji or DEFAULT_EMOJI,
        text=status.text[:MAX_TEXT_RUNES],
        duration=duration,
        expires_at=status.expires_at if ends else NEVER,
    )


def _time(text: str) -> datetime | None:
    """Return the moment, None for none. Raises `InvalidBodyParam` for what is no RFC 3339 time."""
    if not text or text == NEVER:
        return None
    try:
        return msgspec.convert(text, datetime, strict=False).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError, ValueError) as error:
        raise InvalidBodyParam("expires_at") from error
