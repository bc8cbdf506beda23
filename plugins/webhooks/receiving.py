"""What comes in at an incoming webhook's address: where it goes, and whether it may."""

from collections.abc import Callable

from hubbub.core.contracts.channels import OPEN, Channel, ChannelNotFound, ChannelService
from hubbub.core.contracts.errors import BadRequest, Forbidden, NotFound, NotImplementedYet
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserNotFound, UserService
from hubbub.core.ids import is_valid_id
from hubbub.plugins.webhooks.incoming import IncomingHooks
from hubbub.plugins.webhooks.posting import Hook, Posting
from hubbub.plugins.webhooks.records import IncomingWebhook, Message


class ReceivingDisabled(NotImplementedYet):
    id = "web.incoming_webhook.disabled.app_error"
    message = "Incoming webhooks are turned off on this server (ServiceSettings.EnableIncomingWebhooks)."


class UnknownHook(BadRequest):
    id = "web.incoming_webhook.invalid.app_error"
    message = "There is no webhook at this address; it may have been deleted."


class NobodysHook(Forbidden):
    id = "web.incoming_webhook.user.app_error"
    message = "The account that this webhook belongs to is deactivated or gone: make a new webhook."


class NoSuchUser(BadRequest):
    id = "web.incoming_webhook.user.app_error"
    message = "There is no user named {user}."


class NoSuchChannel(NotFound):
    id = "web.incoming_webhook.channel.app_error"
    message = "There is no channel with the URL name {channel} in the webhook's team."


class ChannelLocked(Forbidden):
    id = "web.incoming_webhook.channel_locked.app_error"
    message = "This webhook posts to its own channel only: leave the field channel out."


class MayNotPost(Forbidden):
    id = "web.incoming_webhook.permissions.app_error"
    message = "The account that this webhook belongs to isn't a member of the channel."


class Receiver:
    """Posts what comes in. SECURITY: the address alone is the right to post; it can't do more than its owner."""

    def __init__(self, context: PluginContext, hooks: IncomingHooks, posting: Posting) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._hooks = hooks
        self._posting = posting

    def require_hook(self, hook_id: str) -> IncomingWebhook:
        """Return the webhook of an address. Raises `ReceivingDisabled`, `UnknownHook`, `NobodysHook`."""
        if not self._hooks.enabled:
            raise ReceivingDisabled
        hook = self._hooks.find(hook_id) if is_valid_id(hook_id) else None
        if hook is None:
            raise UnknownHook
        try:
            owner = self._users.get(hook.user_id)
        except UserNotFound:
            raise NobodysHook from None
        if owner.delete_at:
            raise NobodysHook
        return hook

    def receive(self, hook: IncomingWebhook, message: Message) -> list[Post]:
        """Post a message. Raises `NoSuchChannel`, `NoSuchUser`, `ChannelLocked`, `MayNotPost`, and as `Posting`."""
        channel = self._channel(hook, message.channel or "")
        if channel.type != OPEN and not self._may_read(hook.user_id, channel):
            raise MayNotPost
        shown = Hook(hook.user_id, hook.display_name, hook.username, hook.icon_url)
        return self._posting.post(message, channel, shown)

    def _may_read(self, user_id: str, channel: Channel) -> bool:
        owner = self._users.get(user_id)
        return self._posts.may_read(Session(id="", token="", user_id=owner.id, roles=owner.roles), channel.id)

    def _channel(self, hook: IncomingWebhook, wanted: str) -> Channel:
        wanted = wanted.strip()
        if not wanted:
            return self._named(hook.channel_id, lambda: self._channels.get(hook.channel_id))
        if wanted.startswith("@"):
            if hook.channel_locked:  # before a channel is made for it
                raise ChannelLocked
            return self._direct(hook, wanted[1:])
        name = wanted.removeprefix("#").lower()
        channel = self._named(name, lambda: self._channels.get_by_name(hook.team_id, name))
        if hook.channel_locked and channel.id != hook.channel_id:
            raise ChannelLocked
        return channel

    def _direct(self, hook: IncomingWebhook, username: str) -> Channel:
        try:
            user = self._users.get_by_username(username)
        except UserNotFound:
            raise NoSuchUser(user=username[:64]) from None
        return self._channels.get_or_create_direct(hook.user_id, user.id)

    @staticmethod
    def _named(name: str, find: Callable[[], Channel]) -> Channel:
        try:
            return find()
        except ChannelNotFound:
            raise NoSuchChannel(channel=name[:64]) from None
