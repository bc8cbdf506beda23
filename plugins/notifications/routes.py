"""Operations on notifications: a test, and what devices say about the pushes that they got."""

from typing import Final

import msgspec

from hubbub.core.contracts.channels import DIRECT, ChannelService
from hubbub.core.contracts.errors import AppError, BadRequest, InvalidBodyParam
from hubbub.core.contracts.notifications import NotificationAck
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.users import User, UserExists, UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import new_id
from hubbub.core.plain_text import plain_text
from hubbub.plugins.notifications.delivery import Delivery
from hubbub.plugins.notifications.display import Displays
from hubbub.plugins.notifications.reasons import FORCED

BOTS: Final = ("system-bot", "hubbub-bot")
"""Names of the account that sends the test: the second one where a person has the first."""
TEST_MESSAGE: Final = "This is a test: notifications from this server reach you."


class PushIsOff(AppError):
    id = "api.push_notification.disabled.app_error"
    status_code = 501
    message = "Push notifications are turned off on this server (EmailSettings.SendPushNotifications)."


class BadAck(BadRequest):
    id = "api.push_notifications_ack.message.parse.app_error"
    message = "The acknowledgement can't be read: it has id, type, platform, received_at, post_id and is_id_loaded."


class NoBot(AppError):
    id = "app.notifications.send_test_message.errors.no_bot"
    status_code = 500
    message = "No bot can send the test: people have the names {names}."


class LoadedNotification(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a device that was told only a post's id gets to show; fields as the push proxy's protocol names them."""

    ack_id: str
    post_id: str
    message: str
    type: str
    team_id: str = ""
    channel_id: str = ""
    channel_name: str = ""
    root_id: str = ""
    sender_id: str = ""
    sender_name: str = ""
    is_id_loaded: bool


class NotificationRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, delivery: Delivery, displays: Displays) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._delivery = delivery
        self._displays = displays

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/notifications/test", self.test)
        router.post("/api/v4/notifications/ack", self.acknowledge)

    def test(self, req: Request) -> object:
        """POST /notifications/test: a direct message that is told over every way, whatever one's settings say."""
        bot = self._bot()
        channel = self._channels.get_or_create_direct(bot.id, req.user_id)
        props = {FORCED: new_id(), "from_bot": "true"}
        message = Post(user_id=bot.id, channel_id=channel.id, message=TEST_MESSAGE, props=props)
        self._posts.create(message, set_online=False)
        return OK

    def acknowledge(self, req: Request) -> object:
        """POST /notifications/ack: OK, or for a device that knows only the post's id what to show."""
        if not self._context.config.EmailSettings.SendPushNotifications:
            raise PushIsOff
        try:
            ack = req.read(NotificationAck, name="ack")
        except InvalidBodyParam as error:
            raise BadAck from error
        loaded = self._loaded(req, ack) if ack.is_id_loaded and ack.post_id else None
        self._delivery.acknowledge(ack, req.user_id)
        return loaded or OK

    def _loaded(self, req: Request, ack: NotificationAck) -> LoadedNotification:
        post = self._posts.readable(req.session, ack.post_id)
        channel = self._channels.get(post.channel_id)
        sender = self._users.get(post.user_id)
        name_format = self._displays.name_format(self._displays.of([req.user_id])[req.user_id])
        name = self._displays.sender_name(sender, post, name_format)
        at = "@" if name == sender.username else ""
        # Without words: the same in every language.
        text = plain_text(post.message) or f"📎 {len(post.file_ids or ())}"
        return LoadedNotification(
            ack_id=ack.id,
            post_id=post.id,
            message=text if channel.type == DIRECT else f"{at}{name}: {text}",
            type="message",
            team_id=channel.team_id,
            channel_id=channel.id,
            channel_name=self._displays.channel_name(channel, req.user_id, name, name_format),
            root_id=post.root_id,
            sender_id=post.user_id,
            sender_name=name,
            is_id_loaded=True,
        )

    def _bot(self) -> User:
        for username in BOTS:
            try:
                return self._users.get_or_create_bot(username, display_name="System")
            except UserExists:
                continue
        raise NoBot(names=", ".join(BOTS))
