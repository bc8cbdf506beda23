"""Wiring of the post_priority plugin."""

from collections.abc import Mapping
from typing import Any, Final

from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostRecorder
from hubbub.core.contracts.reactions import Reaction
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.post_priority.recorder import PriorityRecorder
from hubbub.plugins.post_priority.repeating import Repeating
from hubbub.plugins.post_priority.routes import PriorityRoutes
from hubbub.plugins.post_priority.service import Priorities
from hubbub.plugins.post_priority.store import PriorityStore

PERIOD_S: Final = 20


class Plugin:
    """Important and urgent messages."""

    def __init__(self, context: PluginContext) -> None:
        store = self._store = PriorityStore(context.db)
        self._priorities = Priorities(context, store)
        self._recorder = PriorityRecorder(context, store, self._priorities)
        self._routes = PriorityRoutes(context, self._priorities)
        self.repeating = Repeating(context, store, self._priorities)
        context.tasks.every(PERIOD_S, self.repeating.run, "repeat urgent notifications")

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on acknowledgements."""
        self._routes.register(router)

    @hookimpl
    def register_post_recorders(self) -> list[PostRecorder]:
        """Keep the priorities of new posts; replies end the repeating of their thread's first message."""
        return [self._recorder]

    @hookimpl
    def register_license_features(self) -> list[str]:
        """Have clients offer acknowledgements. Repeated notifications are for the plugin that sends them to name."""
        return ["PostAcknowledgements"]

    @hookimpl
    def posts_metadata(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        """Show priorities and acknowledgements."""
        return self._priorities.shown_with(posts)

    @hookimpl
    def message_has_been_deleted(self, post: Post) -> None:
        """What is deleted notifies nobody."""
        if not post.root_id:
            self._priorities.end(post.id)

    @hookimpl
    def reaction_has_been_added(self, reaction: Reaction) -> None:
        """A reaction is an answer too."""
        self._priorities.answered(reaction.post_id, reaction.user_id)

    @hookimpl
    def channel_has_been_updated(self, new_channel: Channel, old_channel: Channel) -> None:
        """An archived channel notifies nobody."""
        if new_channel.delete_at and not old_channel.delete_at:
            self._priorities.end_in_channel(new_channel.id)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        """What posts were is gone with them."""
        self._store.erase(post_ids)

    @hookimpl
    def thread_has_been_moved(self, new_ids: Mapping[str, str], channel: Channel) -> None:
        """Priorities and acknowledgements go with their posts."""
        self._priorities.copy(new_ids, channel.id)
