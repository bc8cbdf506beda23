"""Wiring of the drafts plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.drafts.routes import DraftRoutes
from hubbub.plugins.drafts.service import Drafts


class Plugin:
    """What people have begun to write."""

    def __init__(self, context: PluginContext) -> None:
        self._drafts = Drafts(context)
        self._routes = DraftRoutes(context, self._drafts)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on drafts."""
        self._routes.register(router)

    @hookimpl
    def files_in_use(self, file_ids: list[str]) -> Iterable[str]:
        """Name the files of drafts."""
        return self._drafts.store.files_among(file_ids)

    @hookimpl
    def message_has_been_deleted(self, post: Post) -> None:
        """There is no thread to reply to any more."""
        if not post.root_id:
            self._drafts.forget_thread(post.channel_id, post.id)
