"""Operations on uploads in parts."""

from typing import Final

import msgspec

from hubbub.core.contracts.errors import Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Reply, Request, Router
from hubbub.core.http.form import OVERHEAD, parts_of
from hubbub.core.ids import is_valid_id
from hubbub.plugins.files.access import FileAccess
from hubbub.plugins.files.errors import UploadsDisabled
from hubbub.plugins.files.uploads import ATTACHMENT, IMPORT, Uploads

_BASE: Final = "/api/v4/uploads"
LARGEST: Final = 1 << 46
"""Bytes of a part, as far as the address goes: what an upload may have was said when it began."""


class UploadBody(msgspec.Struct):
    """What is to be uploaded; `file_size` in bytes."""

    channel_id: str = ""
    filename: str = ""
    file_size: int = 0
    type: str = ATTACHMENT


class UploadRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, uploads: Uploads, access: FileAccess) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._uploads = uploads
        self._access = access

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_BASE, self.begin, status=201)
        router.get(f"{_BASE}/{{upload_id}}", self.get)
        router.post(f"{_BASE}/{{upload_id}}", self.go_on, body_limit=LARGEST)
        router.get("/api/v4/users/{user_id}/uploads", self.of_user)

    def begin(self, req: Request) -> object:
        """POST /uploads."""
        self._require_enabled()
        body = req.read(UploadBody)
        if body.type == IMPORT:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
            return self._uploads.begin(
                user_id=req.user_id, channel_id="", filename=body.filename, file_size=body.file_size, type=IMPORT
            )
        if body.type != ATTACHMENT:
            raise InvalidBodyParam("type")
        if not is_valid_id(body.channel_id):
            raise InvalidBodyParam("channel_id")
        self._access.require_attachments(req.session)
        self._access.require_upload(req.session, body.channel_id)
        return self._uploads.begin(
            user_id=req.user_id, channel_id=body.channel_id, filename=body.filename, file_size=body.file_size
        )

    def get(self, req: Request, upload_id: str) -> object:
        """GET /uploads/{upload_id}."""
        return self._uploads.get(upload_id, req.user_id)

    def go_on(self, req: Request, upload_id: str) -> object:
        """POST /uploads/{upload_id}: the bytes that follow, as the body or as the first file of a form."""
        self._require_enabled()
        upload = self._uploads.get(upload_id, req.user_id)
        if upload.type == IMPORT:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        else:
            self._access.require_upload(req.session, upload.channel_id)
        limit = upload.file_size - upload.file_offset + OVERHEAD
        pieces = req.read_chunks(limit)
        if (req.content_type or "").lower().startswith("multipart/form-data"):
            pieces = (piece for part in parts_of(req, limit) if part.filename is not None for piece in part.pieces())
        info = self._uploads.go_on(upload, pieces)
        return Reply(b"", 204) if info is None else Reply(info, 201)

    def of_user(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/uploads: one's own only."""
        if user_id != req.user_id:
            raise Forbidden(
                "Nobody sees other people's uploads.", id="api.user.get_uploads_for_user.forbidden.app_error"
            )
        return self._uploads.store.of_user(user_id)

    def _require_enabled(self) -> None:
        if not self._context.config.FileSettings.EnableFileAttachments:
            raise UploadsDisabled
