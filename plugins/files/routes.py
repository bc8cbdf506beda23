"""Operations on files."""

from typing import Final

from hubbub.core.contracts.errors import InvalidUrlParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import PostService
from hubbub.core.http import Reply, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.files.access import FileAccess
from hubbub.plugins.files.errors import BadPreview, BadThumbnail, FileTooLarge, NoPost
from hubbub.plugins.files.form_upload import FormUpload, body_limit
from hubbub.plugins.files.links import PublicLinks
from hubbub.plugins.files.records import StoredFile
from hubbub.plugins.files.service import Files
from hubbub.plugins.files.serving import serve, serve_picture

_BASE: Final = "/api/v4/files"


class FileRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, files: Files, access: FileAccess) -> None:
        self._files = files
        self._access = access
        self._links = PublicLinks(context)
        self._posts = context.service(PostService)
        self._permissions = context.service(PermissionService)

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(_BASE, self.upload, status=201, body_limit=body_limit)
        router.get(f"{_BASE}/{{file_id}}", self.get)
        router.get(f"{_BASE}/{{file_id}}/thumbnail", self.thumbnail)
        router.get(f"{_BASE}/{{file_id}}/preview", self.preview)
        router.get(f"{_BASE}/{{file_id}}/link", self.link)
        router.get(f"{_BASE}/{{file_id}}/info", self.info)
        router.get("/files/{file_id}/public", self.public, auth="none")
        router.get("/api/v4/posts/{post_id}/files/info", self.of_post)

    # --- uploading

    def upload(self, req: Request) -> object:
        """POST /files: a form, or the file itself."""
        self._access.require_attachments(req.session)
        if (req.content_type or "").lower().startswith("multipart/form-data"):
            return FormUpload(req, self._files, self._access).read()
        channel_id, name = req.query("channel_id"), req.query("filename")
        if not is_valid_id(channel_id):
            raise InvalidUrlParam("channel_id")
        if not name:
            raise InvalidUrlParam("filename")
        self._access.require_upload(req.session, channel_id)
        length = req.content_length
        if length is not None and length > self._files.limit:
            raise FileTooLarge(limit=self._files.limit)
        info = self._files.save(
            name, req.read_chunks(self._files.limit + 1), user_id=req.user_id, channel_id=channel_id
        )
        return {"file_infos": [info], "client_ids": []}

    # --- reading

    def get(self, req: Request, file_id: str) -> object:
        """GET /files/{file_id}."""
        file = self._readable(req, file_id)
        self._access.ask_plugins(file.info, req.user_id, "file", req.connection_id)
        return serve(req, self._files.current, file)

    def thumbnail(self, req: Request, file_id: str) -> object:
        """GET /files/{file_id}/thumbnail."""
        file = self._readable(req, file_id)
        if not file.thumbnail_path:
            raise BadThumbnail
        self._access.ask_plugins(file.info, req.user_id, "thumbnail", req.connection_id)
        return serve_picture(req, self._files.current, file, file.thumbnail_path, "thumbnail")

    def preview(self, req: Request, file_id: str) -> object:
        """GET /files/{file_id}/preview."""
        file = self._readable(req, file_id)
        if not file.preview_path:
            raise BadPreview
        self._access.ask_plugins(file.info, req.user_id, "preview", req.connection_id)
        return serve_picture(req, self._files.current, file, file.preview_path, "preview")

    def info(self, req: Request, file_id: str) -> object:
        """GET /files/{file_id}/info."""
        info = self._readable(req, file_id).info
        return Reply(info, headers={"Cache-Control": "max-age=86400, private"})

    def of_post(self, req: Request, post_id: str) -> object:
        """GET /posts/{post_id}/files/info."""
        include_deleted = req.query_bool("include_deleted")
        if include_deleted:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        post = self._posts.readable(req.session, post_id, include_deleted=include_deleted)
        return self._files.of_post(post, include_deleted=include_deleted)

    def _readable(self, req: Request, file_id: str) -> StoredFile:
        file = self._files.get(file_id)
        self._access.require_read(req.session, file.info)
        return file

    # --- public links

    def link(self, req: Request, file_id: str) -> object:
        """GET /files/{file_id}/link."""
        self._links.require_enabled()
        file = self._readable(req, file_id)
        if not file.info.post_id:
            raise NoPost
        return {"link": self._links.of(file_id, req)}

    def public(self, req: Request, file_id: str) -> object:
        """GET /files/{file_id}/public: for whoever has the link."""
        self._links.require_enabled()
        self._links.check(file_id, req.query("h"))
        file = self._files.get(file_id)
        self._access.ask_plugins(file.info, "", "public", "")
        return serve(req, self._files.current, file, cache="public")
