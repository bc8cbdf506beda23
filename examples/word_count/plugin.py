"""Wiring: hooks, a route, a command."""

from typing import Any

import click

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.contracts.users import UserService
from hubbub.hookspecs import hookimpl

from .store import WordStore


class Plugin:
    """Counts in the background, after a message is stored."""

    def __init__(self, context: PluginContext) -> None:
        self._store = WordStore(context.db)
        self._users = context.service(UserService)
        self._cache = context.cache("words", max_items=1_000)

    @hookimpl
    def message_has_been_posted(self, post: Post) -> None:
        """Count, and have every worker forget the number that it knew."""
        if post.type:  # a system message: nobody has written it
            return
        self._store.add(post.user_id, len(post.message.split()))
        self._cache.invalidate(post.user_id)

    @hookimpl
    def register_routes(self, router: Any) -> None:
        router.get("/plugins/word_count/{user_id}", self.count)

    def count(self, req: Any, user_id: str) -> object:
        """GET: how many words a user has written."""
        return {"words": self._cache.get_or_load(user_id, self._store.get)}

    @hookimpl
    def register_commands(self, cli: click.Group) -> None:
        """Add `hubbub words`."""

        @cli.command("words")
        def words() -> None:
            """List who writes most."""
            for user_id, number in self._store.top(10):
                click.echo(f"{number:>8} {self._users.get(user_id).username}")
