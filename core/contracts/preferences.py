"""Preferences: small settings that clients keep on the server, per user."""

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

from hubbub.core.contracts.errors import NotFound


class Preference(msgspec.Struct, kw_only=True):
    """One setting. category and name at most 32 characters, value at most 20,000 (see limits)."""

    user_id: str = ""
    category: str = ""
    name: str = ""
    value: str = ""


class PreferenceNotFound(NotFound):
    id = "app.preference.get.app_error"
    message = "There is no such preference."


class PreferenceService(Protocol):
    """Preferences of users."""

    def all_of(self, user_id: str) -> list[Preference]:
        """Return every preference of the user. One query."""

    def category(self, user_id: str, category: str) -> list[Preference]:
        """Return the preferences of a category. One query."""

    def get(self, user_id: str, category: str, name: str) -> Preference:
        """Return one preference. Raises `PreferenceNotFound`. One query."""

    def users_with(self, user_ids: Iterable[str], category: str, name: str) -> dict[str, str]:
        """Return user id → value for those of the users who have set it. One query."""

    def several_of(self, user_ids: Iterable[str], category: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return for each of the names user id → value, as `users_with` does for one. One query."""

    def save(self, user_id: str, preferences: list[Preference]) -> None:
        """Insert or replace; publishes `preferences_changed` and `sidebar_category_updated`."""

    def delete(self, user_id: str, preferences: list[Preference]) -> None:
        """Remove; publishes `preferences_deleted`."""
