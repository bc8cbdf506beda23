"""Hides telephone numbers from readers; what is stored stays as it was written."""

import re
from typing import Final

import msgspec

from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.hookspecs import hookimpl

NUMBER: Final = re.compile(r"\+?\d[\d ()/-]{6,}\d")

manifest = Manifest(id="redact", version="1.0.0", summary="Hides telephone numbers from readers", reloadable=True)


class Plugin:
    """The author's words are kept: turn the plugin off and they can be read again."""

    def __init__(self, context: PluginContext) -> None:
        self._log = context.log

    @hookimpl
    def messages_will_be_consumed(self, posts: list[Post]) -> list[Post]:
        """Return what is read; the posts given may be shared with others, so changed ones are copies."""
        return [self._redacted(post) for post in posts]

    @staticmethod
    def _redacted(post: Post) -> Post:
        if NUMBER.search(post.message) is None:
            return post
        return msgspec.structs.replace(post, message=NUMBER.sub("[number]", post.message))

    @hookimpl
    def register_client_config(self) -> dict[str, str]:
        """Tell clients, so that they can say so to their users."""
        return {"RedactsNumbers": "true"}

    @hookimpl
    def on_install(self, user_id: str) -> None:
        self._log.warning("numbers are hidden from now on, by %s", user_id or "the command line")
