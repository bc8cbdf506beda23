"""Wiring of the scheduled_posts plugin."""

from collections.abc import Iterable
from typing import Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.scheduled_posts.routes import ScheduledPostRoutes
from hubbub.plugins.scheduled_posts.sender import Sender
from hubbub.plugins.scheduled_posts.service import ScheduledPosts

PERIOD_S: Final = 10


class Plugin:
    """Messages that are sent later."""

    def __init__(self, context: PluginContext) -> None:
        self._scheduled = ScheduledPosts(context)
        self._routes = ScheduledPostRoutes(context, self._scheduled)
        self.sender = Sender(context, self._scheduled)
        context.tasks.every(PERIOD_S, self.sender.run, "send scheduled posts")

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operations on scheduled posts."""
        self._routes.register(router)

    @hookimpl
    def files_in_use(self, file_ids: list[str]) -> Iterable[str]:
        """Name the files of scheduled posts."""
        return self._scheduled.store.files_among(file_ids)

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Have clients offer it."""
        return ("ScheduledPosts",)
