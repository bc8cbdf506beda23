"""Wiring of the reminders plugin."""

from typing import Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Router
from hubbub.hookspecs import hookimpl
from hubbub.plugins.reminders.routes import ReminderRoutes
from hubbub.plugins.reminders.sender import ReminderSender
from hubbub.plugins.reminders.service import Reminders
from hubbub.plugins.reminders.store import ReminderStore

PERIOD_S: Final = 20


class Plugin:
    """Reminds people of posts."""

    def __init__(self, context: PluginContext) -> None:
        store = self._store = ReminderStore(context.db)
        self._routes = ReminderRoutes(context, Reminders(context, store))
        self.sender = ReminderSender(context, store)
        context.tasks.every(PERIOD_S, self.sender.run, "remind people of posts")

    @hookimpl
    def register_routes(self, router: Router) -> None:
        """Declare the operation on reminders."""
        self._routes.register(router)

    @hookimpl
    def posts_have_been_erased(self, post_ids: list[str]) -> None:
        """Nobody is reminded of what is gone for good."""
        self._store.erase(post_ids)
