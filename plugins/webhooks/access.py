"""Who may see and change which webhook."""

from hubbub.core.contracts.channels import OPEN, Channel, ChannelService
from hubbub.core.contracts.errors import InvalidBodyParam, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService
from hubbub.plugins.webhooks.records import IncomingWebhook, OutgoingWebhook

OWN_INCOMING = Permission.MANAGE_OWN_INCOMING_WEBHOOKS
OTHERS_INCOMING = Permission.MANAGE_OTHERS_INCOMING_WEBHOOKS
OWN_OUTGOING = Permission.MANAGE_OWN_OUTGOING_WEBHOOKS
OTHERS_OUTGOING = Permission.MANAGE_OTHERS_OUTGOING_WEBHOOKS


class HookAccess:
    """Decides by team; for private channels also by who may read them."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)

    def owner(self, session: Session, team_id: str, wanted: str, field: str, others: str) -> str:
        """Return whose a new webhook is: the session's user, or the `wanted` one for those who may.

        Raises `PermissionDenied`, `UserNotFound`, `InvalidBodyParam` (a local session must name somebody).
        """
        if not wanted or wanted == session.user_id:
            if not session.user_id:
                raise InvalidBodyParam(field)
            return session.user_id
        self._permissions.require_team(session, team_id, others)
        return self._users.get(wanted).id

    def require_team(self, session: Session, team_id: str, permission: str) -> None:
        """Raise `PermissionDenied` unless it is granted in the team, or everywhere for `team_id` ""."""
        if team_id:
            self._permissions.require_team(session, team_id, permission)
        else:
            self._permissions.require(session, permission)

    def seen_owner(self, session: Session, team_id: str, others: str) -> str:
        """Return "" for who sees everybody's webhooks, the user's own id for who sees but their own."""
        sees_all = (
            self._permissions.has_team(session, team_id, others) if team_id else self._permissions.has(session, others)
        )
        return "" if sees_all else session.user_id

    def require_channel(self, session: Session, channel: Channel) -> None:
        """Raise `PermissionDenied` for a channel that isn't public and that the session may not read."""
        if channel.type != OPEN and not self._posts.may_read(session, channel.id):
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)

    def require_incoming(self, session: Session, hook: IncomingWebhook) -> None:
        """Raise `PermissionDenied` unless the session may see and change this webhook."""
        self._permissions.require_team(session, hook.team_id, OWN_INCOMING)
        channel = self._channels.get_many([hook.channel_id]).get(hook.channel_id)
        if channel is not None:
            self.require_channel(session, channel)
        if hook.user_id != session.user_id:
            self._permissions.require_team(session, hook.team_id, OTHERS_INCOMING)

    def require_outgoing(self, session: Session, hook: OutgoingWebhook) -> None:
        """Raise `PermissionDenied` unless the session may see and change this webhook."""
        self._permissions.require_team(session, hook.team_id, OWN_OUTGOING)
        if hook.creator_id != session.user_id:
            self._permissions.require_team(session, hook.team_id, OTHERS_OUTGOING)

    def require_unlocked(self, session: Session, team_id: str) -> None:
        """Raise `PermissionDenied` unless the session may let payloads choose their channel."""
        self._permissions.require_team(session, team_id, Permission.BYPASS_INCOMING_WEBHOOK_CHANNEL_LOCK)
