"""Wiring of the plugin for notifications by mail."""

from collections.abc import Iterable
from typing import Final

from hubbub.core.contracts.notifications import Notifier
from hubbub.core.contracts.plugin import PluginContext
from hubbub.hookspecs import hookimpl
from hubbub.plugins.mail_notifications.content import Writer
from hubbub.plugins.mail_notifications.digest import Digests
from hubbub.plugins.mail_notifications.service import MailNotifier
from hubbub.plugins.mail_notifications.store import WaitingStore

PERIOD_S: Final = 10


class Plugin:
    """Notifications by mail."""

    def __init__(self, context: PluginContext) -> None:
        store, writer = WaitingStore(context.db), Writer()
        self.notifier = MailNotifier(context, store, writer)
        self.digests = Digests(context, store, writer)
        context.tasks.every(PERIOD_S, self.digests.run, "notifications in one mail")

    @hookimpl
    def register_notifiers(self) -> Iterable[Notifier]:
        """Offer e-mail as a way to notify people."""
        return [self.notifier]
