"""Who may change the bookmarks of which channel."""

from typing import Final

from hubbub.core.contracts.channels import OPEN, PRIVATE, ChannelService
from hubbub.core.contracts.errors import Forbidden
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService

PERMISSIONS: Final = {
    "create_channel_bookmark": {
        OPEN: Permission.ADD_BOOKMARK_PUBLIC_CHANNEL,
        PRIVATE: Permission.ADD_BOOKMARK_PRIVATE_CHANNEL,
    },
    "update_channel_bookmark": {
        OPEN: Permission.EDIT_BOOKMARK_PUBLIC_CHANNEL,
        PRIVATE: Permission.EDIT_BOOKMARK_PRIVATE_CHANNEL,
    },
    "update_channel_bookmark_sort_order": {
        OPEN: Permission.ORDER_BOOKMARK_PUBLIC_CHANNEL,
        PRIVATE: Permission.ORDER_BOOKMARK_PRIVATE_CHANNEL,
    },
    "delete_channel_bookmark": {
        OPEN: Permission.DELETE_BOOKMARK_PUBLIC_CHANNEL,
        PRIVATE: Permission.DELETE_BOOKMARK_PRIVATE_CHANNEL,
    },
}
"""Operation → kind of channel → permission."""


class BookmarkAccess:
    """Decides by the kind of channel."""

    def __init__(self, context: PluginContext) -> None:
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)

    def require(self, session: Session, channel_id: str, operation: str) -> None:
        """Raise `ChannelNotFound`, `PermissionDenied` or, naming the reason, `Forbidden`."""
        channel = self._channels.get(channel_id)
        needed = PERMISSIONS[operation].get(channel.type)
        if needed is not None:
            self._permissions.require_channel(session, channel_id, needed)
        else:
            self._require_direct_member(session, channel_id, operation)
        if channel.delete_at:
            text = "The channel is archived: its bookmarks stay as they are."
            raise Forbidden(text, id=_id(operation, "deleted_channel.forbidden"))

    def _require_direct_member(self, session: Session, channel_id: str, operation: str) -> None:
        """Direct and group channels have no roles for it: every member may, guests may not."""
        if not self._channels.is_member(channel_id, session.user_id):
            text = "The bookmarks of a direct channel are for its members."
            raise Forbidden(text, id=_id(operation, "direct_or_group_channels.forbidden"))
        if self._users.get(session.user_id).is_guest:
            text = "Guests can't change the bookmarks of direct channels."
            raise Forbidden(text, id=_id(operation, "direct_or_group_channels_by_guests.forbidden"))


def _id(operation: str, reason: str) -> str:
    return f"api.channel.bookmark.{operation}.{reason}.app_error"
