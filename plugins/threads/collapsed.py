"""Who has collapsed threads: as the configuration says, and where it leaves a choice as the user wants."""

from collections.abc import Iterable, Mapping
from typing import Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import PreferenceService

DISABLED: Final = "disabled"
DEFAULT_ON: Final = "default_on"
ALWAYS_ON: Final = "always_on"
CATEGORY: Final = "display_settings"
NAME: Final = "collapsed_reply_threads"


class CollapsedThreads:
    """Reads ServiceSettings.CollapsedThreads and the preference."""

    def __init__(self, context: PluginContext) -> None:
        self._config = context.config_store
        self._preferences = context.service(PreferenceService)

    @property
    def mode(self) -> str:
        """disabled, default_off, default_on or always_on."""
        return str(self._config.current.ServiceSettings.CollapsedThreads)

    @property
    def follows_by_itself(self) -> bool:
        """Say whether people follow threads that they answer, or are mentioned in."""
        return bool(self._config.current.ServiceSettings.ThreadAutoFollow)

    def among(self, user_ids: Iterable[str], chosen: Mapping[str, str] | None = None) -> set[str]:
        """Return those of the users who have them. At most one query, none unless there is a choice to look up."""
        mode = self.mode
        if mode == DISABLED:
            return set()
        if mode == ALWAYS_ON:
            return set(user_ids)
        ids = list(user_ids)
        if chosen is None:
            chosen = self._preferences.users_with(ids, CATEGORY, NAME) if ids else {}
        default = "on" if mode == DEFAULT_ON else "off"
        return {user_id for user_id in ids if chosen.get(user_id, default) == "on"}

    def has(self, user_id: str) -> bool:
        """Say whether a user has them."""
        return bool(self.among([user_id]))
