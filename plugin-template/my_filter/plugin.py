"""What the plugin does."""

import re

from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl


class Plugin:
    """Made once per worker process."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def message_will_be_posted(self, post: Post) -> Post:
        """Replace the words in a new message; return the post that is to be stored."""
        return self._filtered(post)

    @hookimpl
    def message_will_be_updated(self, new_post: Post) -> Post:
        """Replace the words in an edited message, or people would just edit them in."""
        return self._filtered(new_post)

    def _filtered(self, post: Post) -> Post:
        settings = self._context.settings  # as they are now: they may change while the server runs
        words = [re.escape(word) for word in settings.Words if word]
        if not words:
            return post
        post.message = re.sub(rf"\b({'|'.join(words)})\b", settings.Replacement, post.message, flags=re.IGNORECASE)
        if not post.message.strip() and not post.file_ids:
            raise Rejected("Nothing is left of this message.")  # its author sees this sentence
        return post
