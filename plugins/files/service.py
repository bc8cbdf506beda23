"""What can be done with files: keep one that is uploaded, give out what is allowed, follow the posts they belong to."""

import errno
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import Channel
from hubbub.core.contracts.errors import Rejected
from hubbub.core.contracts.files import FileInfo, FileStore, FileStores, FileStoreUnavailable
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.ids import new_id
from hubbub.plugins.files import names
from hubbub.plugins.files.errors import (
    FileNotFound,
    FileTooLarge,
    RejectedUpload,
    StoreFailed,
    StoreFull,
)
from hubbub.plugins.files.images import ImageMaker
from hubbub.plugins.files.records import StoredFile
from hubbub.plugins.files.store import FileInfoStore

PIECE: Final = 256 << 10
IN_MEMORY: Final = 1 << 20
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Files:
    """Keeps files and knows them."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._posts = context.service(PostService)
        self._images = ImageMaker(context)
        self.stores = FileStores(context)
        self.store = FileInfoStore(context.db)

    @property
    def limit(self) -> int:
        """The largest file, in bytes."""
        return int(self._context.config.FileSettings.MaxFileSize)

    # --- keeping

    def save(self, name: str, pieces: Iterable[bytes], *, user_id: str, channel_id: str, file_id: str = "") -> FileInfo:
        """Keep a file that no post has yet, in constant memory; returns what is known of it.

        Raises `BadName`, `FileTooLarge`, `ImageTooLarge`, `RejectedUpload`, `StoreFull`, `StoreFailed`: nothing is
        kept then.
        """
        return self._new(name, user_id, channel_id, file_id, lambda file: self._keep(file, pieces))

    def adopt(self, name: str, path: str, *, user_id: str, channel_id: str) -> FileInfo:
        """Keep what is in the store already at `path`: it is moved, not written again. Raises what `save` raises.

        After a failure it is there as before.
        """
        store, size = self.current, self.current.size(path)

        def take(file: StoredFile) -> None:
            if size > self.limit:
                raise FileTooLarge(limit=self.limit)
            self._describe(file, size, b"".join(store.read(path, end=names.HEAD)))
            store.move(path, file.path)

        def put_back(file: StoredFile) -> None:
            if not store.exists(path) and store.size(file.path) == size:
                store.move(file.path, path)

        return self._new(name, user_id, channel_id, "", take, put_back)

    def bring(
        self,
        name: str,
        pieces: Iterable[bytes],
        *,
        file_id: str,
        user_id: str,
        channel_id: str,
        post_id: str,
        time: int,
    ) -> None:
        """Keep a post's file that an import brings, of any size, made at `time` (ms); one that is there is replaced.

        Raises what `save` raises but for limits and what plugins refuse.
        """
        name = names.clean_name(name)
        path = f"{names.folder_of(file_id, channel_id, user_id, time)}/{names.stored_name(name)}"
        info = FileInfo(id=file_id, user_id=user_id, channel_id=channel_id, create_at=time, name=name, remote_id="")
        info.update_at, info.post_id = time, post_id
        file = StoredFile(info, path, names.beside(path, "_thumb.jpg"), names.beside(path, "_preview.jpg"))
        counted = _Counted(pieces, sys.maxsize)
        size = self.write(path, counted)
        self._describe(file, size, counted.head)
        self._show(file)
        self.store.replace(file)

    def _new(
        self,
        name: str,
        user_id: str,
        channel_id: str,
        file_id: str,
        keep: Callable[[StoredFile], None],
        undo: Callable[[StoredFile], None] = lambda file: None,
    ) -> FileInfo:
        name = names.clean_name(name)
        file_id, now = file_id or new_id(), now_ms()
        path = f"{names.folder_of(file_id, channel_id, user_id, now)}/{names.stored_name(name)}"
        info = FileInfo(id=file_id, user_id=user_id, channel_id=channel_id, create_at=now, name=name, remote_id="")
        info.update_at = now
        file = StoredFile(info, path, names.beside(path, "_thumb.jpg"), names.beside(path, "_preview.jpg"))
        try:
            keep(file)
            file = self._filtered(file)
            self._show(file)
            self.store.insert([file])
        except BaseException:
            with suppress(Exception):  # what failed first is what people hear of
                undo(file)
            self._discard(file)
            raise
        return file.info

    def _keep(self, file: StoredFile, pieces: Iterable[bytes]) -> None:
        counted = _Counted(pieces, self.limit)
        size = self.write(file.path, counted)
        self._describe(file, size, counted.head)

    @staticmethod
    def _describe(file: StoredFile, size: int, head: bytes) -> None:
        file.info.size = size
        file.info.mime_type = names.type_of(file.info.name, head)
        file.info.extension = names.extension_of(file.info.name)

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        """Write to the file store. Raises `StoreFull`, `StoreFailed`, and what `pieces` raises."""
        source = _Source(pieces)
        try:
            return self.current.write(path, source)
        except OSError as error:
            if source.failed is not None:
                raise
            if error.errno in FULL:
                self._context.log.error("the file store is full", extra={"path": path})
                raise StoreFull from error
            self._context.log.exception("the file store can't be written", extra={"path": path})
            raise StoreFailed from error

    @property
    def current(self) -> FileStore:
        """The file store. Raises `NoFileStore`."""
        return self.stores.current

    def _filtered(self, file: StoredFile) -> StoredFile:
        """Ask plugins whether the file may stay, and as what."""
        if not self._context.hooks.has("file_will_be_uploaded"):
            return file
        with SpooledTemporaryFile(max_size=IN_MEMORY) as output:
            reader = io.BufferedReader(_Reader(self.current.read(file.path)), PIECE)
            try:
                info: FileInfo = self._context.hooks.consult(
                    "file_will_be_uploaded", msgspec.structs.replace(file.info), file=reader, output=output
                )
            except Rejected as rejection:
                raise RejectedUpload(rejection.reason or RejectedUpload.message) from rejection
            name = names.clean_name(info.name)
            changed = msgspec.structs.replace(file, info=msgspec.structs.replace(file.info, name=name))
            if output.tell():
                output.seek(0)
                self._keep(changed, iter(lambda: output.read(PIECE), b""))
            changed.info.extension = names.extension_of(name)
        return changed

    def _show(self, file: StoredFile) -> None:
        """Make the smaller pictures of one."""
        made = self._images.make(file.info.mime_type, lambda: self.current.read(file.path))
        if made is None:
            file.thumbnail_path = file.preview_path = ""
            return
        info = file.info
        info.width, info.height, info.mini_preview = made.width, made.height, made.mini
        if made.preview is None:
            file.preview_path = ""
        else:
            info.has_preview_image = True
            self.write(file.preview_path, [made.preview])
        if made.thumbnail is not None:
            self.write(file.thumbnail_path, [made.thumbnail])

    def _discard(self, file: StoredFile) -> None:
        for path in file.paths:
            try:
                self.current.remove(path)
            except FileStoreUnavailable:
                return  # each further call would wait as long for the same
            except Exception:  # what failed first is what people hear of
                self._context.log.warning("a file can't be removed", exc_info=True, extra={"path": path})

    def discard(self, infos: Iterable[FileInfo]) -> None:
        """Forget files that were uploaded a moment ago, in a request that fails."""
        for file in self.store.get_many(info.id for info in infos).values():
            if self.store.remove(file.info.id):
                self._discard(file)

    # --- knowing

    def get(self, file_id: str) -> StoredFile:
        """Return a file that isn't deleted. Raises `FileNotFound`."""
        file = self.store.get(file_id)
        if file is None or file.info.delete_at:
            raise FileNotFound
        return file

    def of_post(self, post: Post, *, include_deleted: bool = False) -> list[FileInfo]:
        """Return a post's files in its own order; with `include_deleted` those too that it once had. One query."""
        place = {file_id: number for number, file_id in enumerate(post.file_ids)}
        found = [file.info for file in self.store.of_post(post.id)]
        if not include_deleted:
            found = [info for info in found if not info.delete_at]
        return sorted(found, key=lambda info: (place.get(info.id, len(place)), info.create_at, info.id))

    def shown_with(self, posts: Iterable[Post]) -> dict[str, dict[str, list[FileInfo]]]:
        """Return what posts show: their files. One query for all, none when there are no files.

        An earlier version of a post shows the files that it had, though they are the post's (or deleted) now.
        """
        having = [post for post in posts if post.file_ids]
        if not having:
            return {}
        found = self.store.get_many(file_id for post in having for file_id in post.file_ids)
        shown = {}
        for post in having:
            own = {post.id, post.original_id}
            infos = [found[file_id].info for file_id in post.file_ids if file_id in found]
            past = bool(post.delete_at)
            infos = [info for info in infos if info.post_id in own and (past or not info.delete_at)]
            if infos:
                shown[post.id] = {"files": infos}
        return shown

    # --- following posts

    def follow(self, new_ids: Mapping[str, str], channel: Channel) -> None:
        """Give the files of a thread's posts to the posts that have taken their places."""
        new = self._posts.get_many(new_ids.values())
        moved = []
        with self._context.db.transaction():
            for old_id, new_id_ in sorted(new_ids.items()):
                post = new.get(new_id_)
                if post is None or not post.file_ids:
                    continue
                if self.store.move(old_id, new_id_, channel.id, post.file_ids, now_ms()):
                    moved.append(new_id_)
            for post_id in moved:
                self._posts.publish_edited(self._posts.touch(post_id))


class _Counted:
    """Pieces of a file, up to a limit; keeps its beginning."""

    def __init__(self, pieces: Iterable[bytes], limit: int) -> None:
        self._pieces = pieces
        self._limit = limit
        self.size = 0
        self.head = b""

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            if self.size > self._limit:
                raise FileTooLarge(limit=self._limit)
            if len(self.head) < names.HEAD:
                self.head += piece[: names.HEAD - len(self.head)]
            yield piece


class _Source:
    """Pieces that remember whether it was they who failed: a client that leaves is no failure of the store."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.failed: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except GeneratorExit:
            raise
        except BaseException as error:
            self.failed = error
            raise


class _Reader(io.RawIOBase):
    """A file of the store as plugins read it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # as BufferedReader calls it
        if not self._left:
            self._left = memoryview(next(self._pieces, b""))
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._left))
        view[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
