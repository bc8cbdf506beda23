"""The rules of preferences: `PreferenceService`."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import Preference, PreferenceNotFound
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.preferences import validation
from hubbub.plugins.preferences.store import PreferenceStore

SAVED_POSTS: Final = "flagged_post"
"""The category of posts that people have saved; the names are posts' ids."""


class Preferences:
    """Implements `PreferenceService`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._store = PreferenceStore(context.db)

    def all_of(self, user_id: str) -> list[Preference]:
        """See `PreferenceService.all_of`."""
        return self._store.all_of(user_id)

    def category(self, user_id: str, category: str) -> list[Preference]:
        """See `PreferenceService.category`."""
        return self._store.category(user_id, category)

    def get(self, user_id: str, category: str, name: str) -> Preference:
        """See `PreferenceService.get`."""
        preference = self._store.get(user_id, category, name)
        if preference is None:
            raise PreferenceNotFound
        return preference

    def erase_saved(self, post_ids: Sequence[str]) -> None:
        """Remove saved posts that are gone for good."""
        self._store.erase(SAVED_POSTS, post_ids)

    def users_with(self, user_ids: Iterable[str], category: str, name: str) -> dict[str, str]:
        """See `PreferenceService.users_with`."""
        return self._store.values_of(user_ids, category, [name])[name]

    def several_of(self, user_ids: Iterable[str], category: str, names: Sequence[str]) -> dict[str, dict[str, str]]:
        """See `PreferenceService.several_of`."""
        return self._store.values_of(user_ids, category, names)

    def save(self, user_id: str, preferences: list[Preference]) -> None:
        """See `PreferenceService.save`. Raises `InvalidPreference`; then none is saved."""
        preferences = _owned(user_id, preferences)
        for preference in preferences:
            validation.check(preference)
        with self._context.db.transaction():
            self._store.save(preferences)
            self._publish("preferences_changed", user_id, preferences)
            self._context.hooks.tell_later("preferences_have_changed", preferences=preferences)

    def give_defaults(self, user_id: str) -> None:
        """Store what clients expect of a new account: it has seen neither their tour nor their next steps."""
        defaults = (
            ("tutorial_step", user_id, "0"),
            ("recommended_next_steps", "hide", "false"),
            ("system_notice", "GMasDM", "true"),
        )
        self._store.save(
            [
                Preference(user_id=user_id, category=category, name=name, value=value)
                for category, name, value in defaults
            ]
        )

    def delete(self, user_id: str, preferences: list[Preference]) -> None:
        """See `PreferenceService.delete`."""
        preferences = _owned(user_id, preferences)
        with self._context.db.transaction():
            self._store.delete(preferences)
            self._publish("preferences_deleted", user_id, preferences)

    def _publish(self, name: str, user_id: str, preferences: list[Preference]) -> None:
        # Favourites and hidden direct channels are preferences too: clients load their sidebar again.
        audience = Broadcast(user_id=user_id)
        self._context.publish(Event(name="sidebar_category_updated", broadcast=audience))
        self._context.publish(Event(name=name, data={"preferences": json.encode_str(preferences)}, broadcast=audience))


def _owned(user_id: str, preferences: list[Preference]) -> list[Preference]:
    return [msgspec.structs.replace(preference, user_id=user_id) for preference in preferences]
