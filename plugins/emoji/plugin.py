"""Wiring of the emoji plugin."""

from collections.abc import Iterable, Mapping
from typing import Any

from hubbub.core.contracts.bulk import BulkPart
from hubbub.core.contracts.emoji import EmojiService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostRecorder
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.emoji.bulk import EmojiLines
from hubbub.plugins.emoji.images import EmojiImages
from hubbub.plugins.emoji.routes import EmojiRoutes
from hubbub.plugins.emoji.service import EmojiRecorder, Emojis


class Plugin:
    """Custom emoji."""

    def __init__(self, context: PluginContext) -> None:
        self.emojis = Emojis(context)
        self._recorder = EmojiRecorder(self.emojis)
        self._db = context.db
        self.images = EmojiImages(context)
        self._routes = EmojiRoutes(context, self.emojis)

    def provide(self) -> Mapping[type, object]:
        """Provide emoji."""
        return {EmojiService: self.emojis}

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on emoji."""
        self._routes.register(router)

    @hookimpl
    def register_post_recorders(self) -> list[PostRecorder]:
        """Have new posts say which custom emoji they name."""
        return [self._recorder]

    @hookimpl
    def posts_metadata(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        """Show which custom emoji the texts of posts name."""
        return self.emojis.shown_with(posts)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring custom emoji."""
        return [EmojiLines(self._db, self.images)]
