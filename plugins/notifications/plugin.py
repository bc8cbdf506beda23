"""Wiring of the notifications plugin."""

from collections.abc import Iterable, Mapping

from hubbub.core.contracts.notifications import NotificationService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostRecorder
from hubbub.core.contracts.preferences import Preference
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.notifications.recorder import NewPosts
from hubbub.plugins.notifications.routes import NotificationRoutes
from hubbub.plugins.notifications.service import Notifications


class Plugin:
    """Tells people of posts."""

    def __init__(self, context: PluginContext) -> None:
        self.notifications = Notifications(context)
        self._recorder = NewPosts(context, self.notifications.posted)
        self._routes = NotificationRoutes(context, self.notifications.delivery, self.notifications.displays)

    def provide(self) -> Mapping[type, object]:
        """Provide what ways of notifying ask."""
        return {NotificationService: self.notifications}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on notifications."""
        self._routes.register(router)

    @hookimpl
    def register_post_recorders(self) -> Iterable[PostRecorder]:
        """Learn of new posts whom they mention."""
        return [self._recorder]

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """What people want to be told of may have changed."""
        self.notifications.wishes.user_changed(new_user, old_user)

    @hookimpl
    def preferences_have_changed(self, preferences: list[Preference]) -> None:
        """How people see names and threads may have changed."""
        self.notifications.displays.changed(preferences)
