"""Keeps what is said in some channels out of mails: the mail says that there is something, not what."""

import msgspec
from msgspec import structs

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.notifications import EmailNotification
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl


class Settings(msgspec.Struct, frozen=True):
    """PluginSettings.Plugins["discreet_mail"]: how the names of such channels begin."""

    Prefix: str = "board-"


manifest = Manifest(
    id="discreet_mail",
    version="1.0.0",
    summary="Keeps what is said in some channels out of mails",
    requires=(ChannelService,),
    config=Settings,
    reloadable=True,
)


class Plugin:
    """Replaces the text of mails about posts in channels whose name begins with a word of your choice."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)

    @hookimpl
    def email_notification_will_be_sent(self, email_notification: EmailNotification) -> EmailNotification | None:
        """Take the text out; None would leave the mail as it is."""
        channel = self._channels.get(email_notification.channel_id)
        if not channel.name.startswith(self._context.settings.Prefix):
            return None
        return structs.replace(email_notification, message_html="", message_text="(to be read on the server)")
