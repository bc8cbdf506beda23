"""Uploads in parts: what has come stays when the line breaks, and the client goes on from there.

A part is kept below `uploads/<id>/` in the file store under the offset of its first byte, and moved there in the
transaction that advances the upload: of two clients that send the same part one is refused.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, Conflict, Forbidden, NotFound, TooLarge
from hubbub.core.contracts.files import FileInfo, store_folder
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.files import names
from hubbub.plugins.files.service import Files
from hubbub.plugins.files.uploads_store import UploadSession, UploadStore

KEEP_MS: Final = 7 * 24 * 3_600_000
"""How long an upload may take, from its beginning."""
BATCH: Final = 100
ATTACHMENT: Final = "attachment"
IMPORT: Final = "import"


class UploadNotFound(NotFound):
    id = "app.upload.get.app_error"
    message = "There is no such upload: it is complete, or was never begun."


class NotYourUpload(Forbidden):
    id = "api.upload.get_upload.forbidden.app_error"
    message = "The upload is somebody else's."


class UploadTooLarge(TooLarge):
    id = "api.upload.create.upload_too_large.app_error"
    message = "The file is larger than {limit} bytes, the most that is allowed here (FileSettings.MaxFileSize)."


class BadSize(BadRequest):
    id = "model.upload_session.is_valid.file_size.app_error"
    message = "file_size is the size of the file in bytes, at least 1."


class TooManyBytes(BadRequest):
    id = "api.upload.upload_data.invalid_content_length"
    message = "The upload has {left} bytes to come, and this part has more."


class SentTwice(Conflict):
    id = "app.upload.upload_data.concurrent.app_error"
    message = "The same part of the upload came twice at the same time: ask where the upload is, and go on from there."


class PartsMissing(BadRequest):
    id = "app.upload.upload_data.parts.app_error"
    message = "Parts of the upload are missing in the file store: begin it anew."


class Uploads:
    """Begins, continues and ends uploads; callers have checked permissions."""

    def __init__(self, context: PluginContext, files: Files) -> None:
        self._context = context
        self._files = files
        self.store = UploadStore(context.db)

    def begin(
        self, *, user_id: str, channel_id: str, filename: str, file_size: int, type: str = ATTACHMENT
    ) -> UploadSession:
        """Begin an upload. Raises `BadName`, `BadSize`, `UploadTooLarge`, for an import `BadFolder`."""
        if file_size <= 0:
            raise BadSize
        if type == IMPORT:
            self._imports()  # a wrong folder is told before anything is sent
        elif file_size > self._files.limit:
            raise UploadTooLarge(limit=self._files.limit)
        upload = UploadSession(
            id=new_id(),
            type=type,
            create_at=now_ms(),
            user_id=user_id,
            channel_id=channel_id,
            filename=names.clean_name(filename),
            file_size=file_size,
        )
        self.store.insert(upload, f"{_folder(upload.id)}/data")
        return upload

    def get(self, upload_id: str, user_id: str) -> UploadSession:
        """Return an upload of the user's. Raises `UploadNotFound`, `NotYourUpload`."""
        upload = self.store.get(upload_id)
        if upload is None:
            raise UploadNotFound
        if upload.user_id != user_id:
            raise NotYourUpload
        return upload

    def go_on(self, upload: UploadSession, pieces: Iterable[bytes]) -> FileInfo | None:
        """Take what follows; returns the file when it is complete, None while it isn't.

        Of a part that is cut off stays what has come; the error is raised all the same.
        """
        part = _Part(pieces, upload.file_size - upload.file_offset)
        here = f"{_folder(upload.id)}/new-{new_id()}"
        size = self._files.write(here, part)
        try:
            if size:
                self._keep(upload, here, size)
        finally:
            with suppress(FileNotFoundError):
                self._files.current.remove(here)
        if part.failed is not None:
            raise part.failed
        return self._complete(upload) if upload.file_offset == upload.file_size else None

    def clean_up(self) -> int:
        """Forget uploads that nobody goes on with; returns how many. Every worker may do it at the same time."""
        forgotten = 0
        for upload_id in self.store.older_than(now_ms() - KEEP_MS, BATCH):
            if self.store.remove(upload_id):
                forgotten += 1
                self._remove_parts(upload_id)
        return forgotten

    def _remove_parts(self, upload_id: str) -> None:
        store = self._files.current
        for path in list(store.list(_folder(upload_id))):
            store.remove(path)

    def _keep(self, upload: UploadSession, here: str, size: int) -> None:
        with self._context.db.transaction():
            if not self.store.advance(upload, upload.file_offset + size):
                raise SentTwice
            self._files.current.move(here, f"{_folder(upload.id)}/{upload.file_offset:020}")
        upload.file_offset += size

    def _complete(self, upload: UploadSession) -> FileInfo:
        """Make one file of the parts. When that fails they stay, and the client may send an empty part to try again."""
        store = self._files.current
        parts = sorted(path for path in store.list(_folder(upload.id)) if "/new-" not in path)
        offset = 0
        for path in parts:
            if int(path.rpartition("/")[2]) != offset:
                raise PartsMissing
            offset += store.size(path)
        if offset != upload.file_size:
            raise PartsMissing
        if upload.type == IMPORT:
            return self._complete_import(upload, parts)
        whose = {"user_id": upload.user_id, "channel_id": upload.channel_id}
        if len(parts) == 1:
            info = self._files.adopt(upload.filename, parts[0], **whose)
        else:
            pieces = (piece for path in parts for piece in store.read(path))
            info = self._files.save(upload.filename, pieces, **whose)
        if not self.store.remove(upload.id):
            self._files.discard([info])
            raise UploadNotFound
        self._remove_parts(upload.id)
        return info

    def _imports(self) -> str:
        return store_folder("ImportSettings.Directory", self._context.config.ImportSettings.Directory)

    def _complete_import(self, upload: UploadSession, parts: list[str]) -> FileInfo:
        """Put a file to import where those are, under a name that nobody else's has."""
        store, name = self._files.current, f"{upload.id}_{upload.filename}"
        path = f"{self._imports()}/{name}"
        if len(parts) == 1:
            store.move(parts[0], path)
        else:
            self._files.write(path, (piece for part in parts for piece in store.read(part)))
        self.store.remove(upload.id)
        self._remove_parts(upload.id)
        return FileInfo(
            id=upload.id,
            user_id=upload.user_id,
            create_at=upload.create_at,
            name=name,
            size=upload.file_size,
            extension=names.extension_of(name),
        )


def _folder(upload_id: str) -> str:
    return f"uploads/{upload_id}"


class _Part:
    """The pieces of a part, as far as they come; `failed` is what ended them."""

    def __init__(self, pieces: Iterable[bytes], left: int) -> None:
        self._pieces = pieces
        self._left = left
        self.failed: Exception | None = None

    def __iter__(self) -> Iterator[bytes]:
        left = self._left
        try:
            for piece in self._pieces:
                left -= len(piece)
                if left < 0:
                    raise TooManyBytes(left=self._left)
                yield piece
        except TooManyBytes:
            raise
        except Exception as error:
            self.failed = error
