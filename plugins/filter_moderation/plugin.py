"""Wiring of the filter_moderation plugin."""

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.filtering import Ready, says_the_same
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.filter_moderation.config import ModerationSettings
from hubbub.plugins.filter_moderation.routes import ModerationRoutes
from hubbub.plugins.filter_moderation.service import Moderation


class Plugin:
    """Has messages wait for a moderator."""

    def __init__(self, context: PluginContext) -> None:
        self._ready: Ready[ModerationSettings] = Ready(context, lambda settings: settings)
        self._moderation = Moderation(context)
        self._routes = ModerationRoutes(context, self._moderation)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations of moderators."""
        self._routes.register(router)

    @hookimpl(trylast=True)
    def message_will_be_posted(self, post: Post, session: Session | None) -> None:
        """Hold a message back, when no other filter has refused it."""
        self._moderation.check(self._ready.now, post, session)

    @hookimpl(trylast=True)
    def message_will_be_updated(self, new_post: Post, old_post: Post) -> None:
        """Refuse edits of what would have to wait."""
        if not says_the_same(new_post, old_post):
            self._moderation.check_edit(self._ready.now, new_post)
