"""Tells people by a way of its own, a lamp on their desk; and lets nobody be told of anything at night."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec

from hubbub.core.config.setting import Section, Setting
from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.notifications import PUSH, Notification
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl

Hour = Annotated[int, msgspec.Meta(ge=0, le=24)]


class LampSettings(Section, frozen=True):
    """`PluginSettings.Plugins["desk_lamp"]`."""

    QuietFrom: Annotated[Hour, Setting("The hour (UTC) from which nobody is told of anything")] = 24
    QuietUntil: Annotated[Hour, Setting("The hour (UTC) until which nobody is told of anything")] = 0


manifest = Manifest(
    id="desk_lamp",
    version="1.0.0",
    summary="A lamp on the desk that lights up for messages, and quiet hours",
    config=LampSettings,
    reloadable=True,
)


class Lamps:
    """A `Notifier`: who wants pushes gets light too."""

    id = "desk_lamp"
    way = PUSH

    def __init__(self) -> None:
        self.lit: dict[str, str] = {}

    def notify(self, notification: Notification) -> None:
        """Light somebody's lamp: here would be a request to it, by `context.outgoing`."""
        self.lit[notification.user.username] = f"{notification.sender_name} in {notification.channel_name}"


class Plugin:
    """Lamps and quiet hours."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.lamps = Lamps()

    @hookimpl
    def register_notifiers(self) -> list[Any]:
        return [self.lamps]

    @hookimpl
    def notification_will_be_sent(self, notification: Notification) -> None:
        settings = self._context.settings
        hour = datetime.now(UTC).hour
        if hour >= settings.QuietFrom or hour < settings.QuietUntil:
            raise Rejected("it is night")
