"""Wiring of the statuses plugin."""

from collections.abc import Mapping

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.statuses import StatusService
from hubbub.core.contracts.users import User
from hubbub.core.http import Router
from hubbub.core.realtime.actions import PluginActions
from hubbub.hookspecs import hookimpl
from hubbub.plugins.statuses.actions import StatusActions
from hubbub.plugins.statuses.presence import Presence
from hubbub.plugins.statuses.routes import StatusRoutes
from hubbub.plugins.statuses.service import Statuses
from hubbub.plugins.statuses.typing_notices import TypingNotices


class Plugin:
    """Presence of users."""

    def __init__(self, context: PluginContext) -> None:
        self.statuses = Statuses(context)
        self._presence = Presence(context, self.statuses)
        typing = TypingNotices(context)
        self._routes = StatusRoutes(context, self.statuses, self.statuses.custom, typing)
        self._actions = StatusActions(context, self.statuses, typing)

    def provide(self) -> Mapping[type, object]:
        """Provide statuses."""
        return {StatusService: self.statuses}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on statuses."""
        self._routes.register(router)

    @hookimpl
    def register_websocket_actions(self, actions: PluginActions) -> None:
        """Add the actions on statuses and typing."""
        self._actions.register(actions)

    @hookimpl
    def on_web_socket_connect(self, user_id: str) -> None:
        """Whoever connects is online."""
        self._presence.returned(user_id)

    @hookimpl
    def on_web_socket_disconnect(self, user_id: str, last_of_user: bool) -> None:
        """Whoever has no connection left is soon offline."""
        if last_of_user:
            self._presence.left(user_id)

    @hookimpl
    def on_web_socket_pong(self, user_id: str) -> None:
        """A client that is there but not used makes its user away."""
        self.statuses.still_connected(user_id)

    @hookimpl
    def user_has_been_updated(self, new_user: User, old_user: User) -> None:
        """Whoever turns automatic replies on is out of office, until they turn them off."""
        self.statuses.auto_replies.changed(new_user, old_user)

    @hookimpl
    def user_has_been_deactivated(self, user: User) -> None:
        """Nobody is shown as online who can't come back."""
        self.statuses.set_offline([user.id])
