"""Keeps what is said in some channels out of mails and off phones: they say that there is something, not what."""

import msgspec
from msgspec import structs

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.notifications import EmailNotification, PushNotification
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl


class Settings(msgspec.Struct, frozen=True):
    """PluginSettings.Plugins["discreet_mail"]: how the names of such channels begin."""

    Prefix: str = "board-"


manifest = Manifest(
    id="discreet_mail",
    version="1.0.0",
    summary="Keeps what is said in some channels out of mails and off phones",
    requires=(ChannelService,),
    config=Settings,
    reloadable=True,
)


class Plugin:
    """Replaces the text of mails and pushes about posts in channels whose name begins with a word of your choice."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)

    @hookimpl
    def email_notification_will_be_sent(self, email_notification: EmailNotification) -> EmailNotification | None:
        """Take the text out; None would leave the mail as it is."""
        if not self._is_discreet(email_notification.channel_id):
            return None
        return structs.replace(email_notification, message_html="", message_text="(to be read on the server)")

    @hookimpl
    def notification_will_be_pushed(self, push_notification: PushNotification) -> PushNotification | None:
        """The same for phones; raising `Rejected` would keep them silent."""
        if not self._is_discreet(push_notification.channel_id):
            return None
        return structs.replace(push_notification, message="(to be read on the server)")

    def _is_discreet(self, channel_id: str) -> bool:
        return self._channels.get(channel_id).name.startswith(self._context.settings.Prefix)
