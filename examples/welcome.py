"""Greets everybody who joins a public channel."""

from hubbub.core.contracts.channels import ChannelMember, ChannelService
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.users import User, UserService
from hubbub.hookspecs import hookimpl

manifest = Manifest(
    id="welcome",
    version="1.0.0",
    summary="Greets everybody who joins a public channel",
    requires=(ChannelService, PostService, UserService),
    reloadable=True,
)


class Plugin:
    """Posts the greeting in the name of who created the channel."""

    def __init__(self, context: PluginContext) -> None:
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._users = context.service(UserService)
        self._tasks = context.tasks

    @hookimpl
    def user_has_joined_channel(self, channel_member: ChannelMember, actor: User | None) -> None:
        """Greet, but in the background: whoever joins need not wait for it."""
        self._tasks.submit(self._greet, channel_member)

    def _greet(self, member: ChannelMember) -> None:
        channel = self._channels.get(member.channel_id)
        if channel.type != "O" or channel.creator_id in ("", member.user_id):
            return
        name = self._users.get(member.user_id).username
        self._posts.create(Post(channel_id=channel.id, user_id=channel.creator_id, message=f"Welcome, @{name}!"))
