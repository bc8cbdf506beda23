"""Wiring of the push plugin."""

from collections.abc import Iterable, Mapping
from typing import Final

from hubbub.core.contracts.channels import UnreadChange
from hubbub.core.contracts.notifications import Notifier
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.push import PushService
from hubbub.hookspecs import hookimpl
from hubbub.plugins.push_notifications.service import Pushes

EXPIRED_EVERY_S: Final = 300
PERIOD_S: Final = 10


class Plugin:
    """Notifications on phones."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.pushes = Pushes(context)

    def provide(self) -> Mapping[type, object]:
        """Provide what the ping operation asks."""
        return {PushService: self.pushes}

    @hookimpl
    def register_notifiers(self) -> Iterable[Notifier]:
        """Offer mobile push as a way to notify people."""
        return [self.pushes]

    @hookimpl
    def unread_has_changed(self, change: UnreadChange) -> None:
        """Take notifications away that were read elsewhere."""
        self.pushes.unread_changed(change)

    @hookimpl
    def on_activate(self) -> None:
        """Look for sessions that have ended, and for what others left behind."""
        self._context.tasks.every(PERIOD_S, self.pushes.outbox.run, "pushes that wait")
        self._context.tasks.every(EXPIRED_EVERY_S, self.pushes.tell_expired, "expired sessions of devices")

    @hookimpl
    def on_deactivate(self) -> None:
        """Finish what is on its way, and leave the rest to the next worker."""
        self.pushes.outbox.stop()

    @hookimpl
    def register_license_features(self) -> Iterable[str]:
        """Name what this brings: pushes through any proxy, and those that hold only a post's id."""
        return ("MHPNS", "IDLoadedPushNotifications")
