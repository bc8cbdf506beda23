"""Wiring of the filter_rate plugin."""

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.sessions import Session
from hubbub.core.filtering import Exemptions, Ready
from hubbub.hookspecs import hookimpl
from hubbub.plugins.filter_rate.config import RateSettings
from hubbub.plugins.filter_rate.service import RateLimit

TAKEN = "taken"


class Plugin:
    """Refuses messages of those who post too fast."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._exempt = Exemptions(context)
        self._ready: Ready[RateSettings] = Ready(context, lambda settings: settings)
        self._limit = RateLimit()
        context.on_broadcast(TAKEN, lambda post: self._limit.note(post["user_id"], post["time"]))

    @hookimpl
    def message_will_be_posted(self, post: Post, session: Session | None) -> None:
        """Count a new message, or refuse it. Edits don't count."""
        settings = self._ready.now
        if not self._exempt.has(settings, post, session):
            now = now_ms()
            self._limit.take(settings, post.user_id, now)
            self._context.broadcast(TAKEN, {"user_id": post.user_id, "time": now})
