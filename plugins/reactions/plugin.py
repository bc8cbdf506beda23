"""Wiring of the reactions plugin."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.emoji import Emoji
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.reactions.bulk import ReactionsPart
from hubbub.plugins.reactions.routes import ReactionRoutes
from hubbub.plugins.reactions.service import Reactions


class Plugin:
    """Emoji on posts."""

    def __init__(self, context: PluginContext) -> None:
        self._reactions = Reactions(context)
        self._db = context.db
        self._routes = ReactionRoutes(context, self._reactions)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on reactions."""
        self._routes.register(router)

    @hookimpl
    def posts_metadata(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        """Show posts with their reactions."""
        return self._reactions.shown_with(posts)

    @hookimpl
    def emoji_has_been_deleted(self, emoji: Emoji) -> None:
        """An emoji that is gone is on no post any more."""
        self._reactions.remove_all_with(emoji)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        """Reactions go with their posts, for good."""
        self._reactions.erase_of(post_ids)

    @hookimpl
    def thread_has_been_moved(self, new_ids: Mapping[str, str], channel: Channel) -> None:
        """Reactions go with their posts."""
        self._reactions.copy(new_ids, channel.id)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring reactions."""
        return [ReactionsPart(self._db)]
