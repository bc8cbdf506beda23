"""Who may read a channel's posts."""

from hubbub.core.contracts.channels import OPEN, ChannelService
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session


class Access:
    """The rule of reading, from what is cached about channels and memberships."""

    def __init__(self, context: PluginContext) -> None:
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)

    def may_read(self, session: Session, channel_id: str) -> bool:
        """See `PostService.may_read`."""
        if self._permissions.has_channel(session, channel_id, Permission.READ_CHANNEL_CONTENT):
            return True
        channel = self._channels.get_many([channel_id]).get(channel_id)
        return (
            channel is not None
            and channel.type == OPEN
            and self._permissions.has_team(session, channel.team_id, Permission.READ_PUBLIC_CHANNEL)
        )
