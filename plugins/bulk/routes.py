"""Operations on files to import and on exports."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from hubbub.core.contracts.files import FileStore
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.plugins.bulk.folders import Folder, NoAddress, NoSuchExport, PresignedUrl

_RANGE: Final = re.compile(r"bytes=(\d{1,18})-(\d{0,18})").fullmatch
ZIP: Final = "application/zip"
SECOND_NS: Final = 1_000_000_000


class BulkRoutes:
    """Parse, authorise, one call, render. All of them are for who may manage the system."""

    def __init__(self, context: PluginContext, imports: Folder, exports: Folder) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._imports, self._exports = imports, exports

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/imports", self.list_imports)
        router.delete("/api/v4/imports/{import_name}", self.delete_import)
        router.get("/api/v4/exports", self.list_exports)
        router.get("/api/v4/exports/{export_name}", self.download)
        router.delete("/api/v4/exports/{export_name}", self.delete_export)
        router.post("/api/v4/exports/{export_name}/presign-url", self.presign)

    def _require(self, req: Request) -> None:
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)

    def list_imports(self, req: Request) -> list[str]:
        """GET /imports."""
        self._require(req)
        return self._imports.names()

    def delete_import(self, req: Request, import_name: str) -> object:
        """DELETE /imports/{import_name}."""
        self._require(req)
        self._imports.remove(import_name)
        return OK

    def list_exports(self, req: Request) -> list[str]:
        """GET /exports."""
        self._require(req)
        return self._exports.names()

    def delete_export(self, req: Request, export_name: str) -> object:
        """DELETE /exports/{export_name}."""
        self._require(req)
        self._exports.remove(export_name)
        return OK

    def download(self, req: Request, export_name: str) -> Reply:
        """GET /exports/{export_name}; a download that broke off goes on by Range."""
        self._require(req)
        path = self._exports.path(export_name)
        if path is None:
            raise NoSuchExport
        return _reply(req, self._exports.store, path, export_name)

    def presign(self, req: Request, export_name: str) -> PresignedUrl:
        """POST /exports/{export_name}/presign-url."""
        self._require(req)
        path = self._exports.path(export_name)
        if path is None:
            raise NoSuchExport
        headers = {"Content-Type": ZIP, "Content-Disposition": _disposition(export_name), "Cache-Control": "no-store"}
        seconds = self._context.config.FileSettings.ExportAmazonS3PresignExpiresSeconds
        url = self._exports.store.presigned_url(path, seconds=seconds, headers=headers)
        if url is None:
            raise NoAddress
        return PresignedUrl(url=url, expires=seconds * SECOND_NS)


def _reply(req: Request, store: FileStore, path: str, name: str) -> Reply:
    size = store.size(path)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Disposition": _disposition(name),
        "X-Content-Type-Options": "nosniff",
    }
    start, end = _range(req, size)
    if start >= size > 0:
        return Reply(b"", 416, {"Content-Range": f"bytes */{size}"}, content_type="text/plain; charset=utf-8")
    headers["Content-Length"] = str(end - start)
    status = 200
    if (start, end) != (0, size):
        status = 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return Reply(_pieces(store, path, start, end), status, headers, content_type=ZIP)


def _pieces(store: FileStore, path: str, start: int, end: int) -> Iterator[bytes]:
    yield from store.read(path, start=start, end=end)


def _range(req: Request, size: int) -> tuple[int, int]:
    """Return what is asked for (from, to before): one range from a beginning on, else all of it."""
    found = _RANGE(req.header("Range").replace(" ", ""))
    if found is None:
        return 0, size
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return 0, size
    return start, min(size, int(found[2]) + 1 if found[2] else size)


def _disposition(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
