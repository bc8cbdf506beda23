"""Wiring of the preferences plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.preferences import PreferenceService
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.preferences.bulk import DirectPreferences, FlaggedPosts, UserPreferences
from hubbub.plugins.preferences.routes import PreferenceRoutes
from hubbub.plugins.preferences.service import Preferences


class Plugin:
    """Small settings that clients keep on the server."""

    def __init__(self, context: PluginContext) -> None:
        self.preferences = Preferences(context)
        self._db = context.db
        self._routes = PreferenceRoutes(context, self.preferences)

    def provide(self) -> Mapping[type, object]:
        """Provide preferences."""
        return {PreferenceService: self.preferences}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on preferences."""
        self._routes.register(router)

    @hookimpl
    def user_has_been_created(self, user: User) -> None:
        """Give a new account what clients expect of one."""
        if not user.is_bot:
            self.preferences.give_defaults(user.id)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        """Nobody has saved what is gone for good."""
        self.preferences.erase_saved(post_ids)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring what people have set, shown and saved."""
        return [UserPreferences(self._db), DirectPreferences(self._db), FlaggedPosts(self._db)]
