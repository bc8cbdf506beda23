"""Who may upload and read files."""

from typing import Any

from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import Forbidden, PermissionDenied, Rejected
from hubbub.core.contracts.files import FileInfo
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.files.errors import AttachmentsDisabled, ChannelClosed, MobileDisabled

_REJECTED = {
    "file": "api.file.get_file.rejected_by_plugin",
    "thumbnail": "api.file.get_file_thumbnail.rejected_by_plugin",
    "preview": "api.file.get_file_preview.rejected_by_plugin",
    "public": "api.file.get_public_file.rejected_by_plugin",
}


class FileAccess:
    """The rules, from what is cached about channels and memberships."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._channels = context.service(ChannelService)
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)

    @property
    def config(self) -> Any:
        """The server's configuration."""
        return self._context.config

    def require_attachments(self, session: Session) -> None:
        """Raise `AttachmentsDisabled`, `MobileDisabled` where files can't be uploaded at all."""
        settings = self._context.config.FileSettings
        if not settings.EnableFileAttachments:
            raise AttachmentsDisabled
        if session.device_id and not settings.EnableMobileUpload:
            raise MobileDisabled(key="EnableMobileUpload")

    def require_upload(self, session: Session, channel_id: str) -> None:
        """Raise `PermissionDenied` or `ChannelClosed` unless the user may upload to the channel."""
        self._permissions.require_channel(session, channel_id, Permission.UPLOAD_FILE)
        if self._channels.get(channel_id).delete_at:
            raise ChannelClosed

    def require_read(self, session: Session, info: FileInfo) -> None:
        """Raise `PermissionDenied` unless the user may read the file.

        As long as no post has it, that is who uploaded it; then it is whoever reads the post's channel.
        """
        if session.device_id and not self._context.config.FileSettings.EnableMobileDownload:
            raise MobileDisabled(key="EnableMobileDownload")
        if not info.post_id:
            allowed = info.user_id == session.user_id
        else:
            # Rows of old servers don't name the channel.
            channel_id = info.channel_id or self._posts.get(info.post_id).channel_id
            allowed = self._posts.may_read(session, channel_id)
        if not allowed:
            raise PermissionDenied(Permission.READ_CHANNEL_CONTENT)

    def ask_plugins(self, info: FileInfo, user_id: str, download_type: str, connection_id: str) -> None:
        """Raise `Forbidden` when a plugin refuses the download; its user's clients are told why."""
        hooks = self._context.hooks
        if not hooks.has("file_will_be_downloaded"):
            return
        try:
            hooks.consult("file_will_be_downloaded", info, user_id=user_id, download_type=download_type)
        except Rejected as rejection:
            reason = rejection.reason or "A plugin refused the download."
            if user_id:
                self._tell(info, user_id, download_type, reason, connection_id)
            raise Forbidden(reason, id=_REJECTED[download_type]) from rejection

    def _tell(self, info: FileInfo, user_id: str, download_type: str, reason: str, connection_id: str) -> None:
        data = {
            "file_id": info.id,
            "file_name": info.name,
            "rejection_reason": reason,
            "channel_id": info.channel_id,
            "post_id": info.post_id or "",
            "download_type": download_type,
        }
        broadcast = Broadcast(user_id=user_id, connection_id=connection_id)
        self._context.publish(Event(name="file_download_rejected", data=data, broadcast=broadcast))
