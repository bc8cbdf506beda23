"""Wiring of the link previews plugin."""

from typing import Any

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl
from hubbub.plugins.link_previews.fetch import Fetcher
from hubbub.plugins.link_previews.service import LinkPreviews
from hubbub.plugins.link_previews.store import LinkStore


class Plugin:
    """Previews of links."""

    def __init__(self, context: PluginContext) -> None:
        self.previews = LinkPreviews(context, LinkStore(context.db), Fetcher(context))

    @hookimpl
    def on_deactivate(self) -> None:
        """Give up what is under way."""
        self.previews.stop()

    @hookimpl
    def posts_metadata(self, posts: list[Post]) -> dict[str, dict[str, Any]]:
        """Show posts with previews of what they link to."""
        return self.previews.shown_with(posts)

    @hookimpl
    def message_has_been_posted(self, post: Post) -> None:
        """Look at what a new post links to."""
        self.previews.look_later(post)

    @hookimpl
    def message_has_been_updated(self, new_post: Post, old_post: Post) -> None:
        """Look at links that an edit brought."""
        if new_post.message != old_post.message or new_post.props != old_post.props:
            self.previews.look_later(new_post)
