"""Wiring of the bookmarks plugin."""

from collections.abc import Iterable

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.bookmarks.routes import BookmarkRoutes
from hubbub.plugins.bookmarks.service import Bookmarks


class Plugin:
    """Links at the top of channels."""

    def __init__(self, context: PluginContext) -> None:
        self._bookmarks = Bookmarks(context)
        self._routes = BookmarkRoutes(context, self._bookmarks)

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on bookmarks."""
        self._routes.register(router)

    @hookimpl
    def files_in_use(self, file_ids: list[str]) -> Iterable[str]:
        """Name the files of bookmarks: a Mattermost server's have some."""
        return self._bookmarks.store.files_among(file_ids)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Have clients offer it."""
        return ("ChannelBookmarks",)
