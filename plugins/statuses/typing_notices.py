"""Who is typing: told to the others in the channel, never stored."""

from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session


class TypingNotices:
    """Publishes `typing`."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)

    def may_type(self, session: Session, channel_id: str) -> bool:
        """Say whether the session's user may post in the channel."""
        return self._permissions.has_channel(session, channel_id, Permission.CREATE_POST)

    def is_busy(self) -> bool:
        """Say whether the server is marked as busy: typing is the first thing that can wait."""
        return not self._context.health.check("load")

    def publish(self, user_id: str, channel_id: str, parent_id: str) -> None:
        """Tell the channel's other members, unless the server keeps typing to itself."""
        if not self._context.config.ServiceSettings.EnableUserTypingMessages:
            return
        self._context.publish(
            Event(
                name="typing",
                data={"parent_id": parent_id, "user_id": user_id},
                broadcast=Broadcast(channel_id=channel_id, omit_users={user_id: True}),
            )
        )
