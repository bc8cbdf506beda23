"""Files: what is known of one, and where its bytes are kept."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Protocol

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.errors import NotImplementedYet, Unavailable
from hubbub.core.contracts.search import PostQuery


class FileInfo(msgspec.Struct, kw_only=True):
    """A file's facts. `size` in bytes, `width` and `height` in pixels, times in ms."""

    id: str
    user_id: str = ""
    post_id: str | UnsetType = UNSET
    channel_id: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    name: str = ""
    extension: str = ""
    size: int = 0
    mime_type: str = ""
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    has_preview_image: bool | UnsetType = UNSET
    mini_preview: str | None = None
    remote_id: str | None = None
    archived: bool = False


class FileStoreUnavailable(Unavailable):
    """A file store that can't be used at the moment; its log entry says why and what an administrator can do."""

    id = "api.file.file_reader.app_error"
    message = "Files can't be reached right now: the file store doesn't work. Please try again in a moment."


class FileStoreUnwritable(FileStoreUnavailable):
    id = "api.file.write_file.app_error"
    message = "The file can't be stored right now: the file store doesn't work. Please try again in a moment."


class BadPath(ValueError):
    """A path that leads out of a file store, or can't be one."""


def path_parts(path: str) -> list[str]:
    """Return the parts of a path in a file store. Raises `BadPath`."""
    # SECURITY: every path comes through here. Parts, not text: "a/../b" must not be taken for a name.
    parts = path.split("/")
    if not path or "\0" in path or "\\" in path or any(part in ("", ".", "..") for part in parts):
        raise BadPath(f"{path!r} is no path of a file in the store")
    return parts


class BadFolder(NotImplementedYet):
    id = "app.import.bulk_import.folder.app_error"
    message = "{key} is {value!r}, which is no folder of the file store: name one like ./import."


def store_folder(key: str, value: str) -> str:
    """Return the path in the file store of the folder that a setting names (`./import`). Raises `BadFolder`."""
    try:
        # SECURITY: the whole store is no such folder: what is in it may be deleted.
        return "/".join(path_parts("/".join(part for part in value.split("/") if part not in ("", "."))))
    except BadPath:
        raise BadFolder(key=key, value=value) from None


class FileStore(Protocol):
    """A place for bytes, by path (as `20261122/teams/…`). Chosen by `FileSettings.DriverName`.

    A store on another machine raises `FileStoreUnavailable`, or `FileStoreUnwritable`, while it can't be used.
    """

    driver_name: str

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` to before `end`, in pieces. Raises `FileNotFoundError`."""

    def write(self, path: str, pieces: Iterable[bytes]) -> int:
        """Store all of it or nothing; returns the number of bytes."""

    def exists(self, path: str) -> bool:
        """Say whether there is a file."""

    def size(self, path: str) -> int:
        """Return its size in bytes. Raises `FileNotFoundError`."""

    def modified(self, path: str) -> int:
        """Return when it was written (ms). Raises `FileNotFoundError`."""

    def copy(self, source: str, target: str) -> None:
        """Copy within the store."""

    def move(self, source: str, target: str) -> None:
        """Rename within the store."""

    def list(self, prefix: str) -> Iterator[str]:
        """Return the paths below a folder."""

    def remove(self, path: str) -> None:
        """Remove a file; does nothing when it is gone."""

    def presigned_url(self, path: str, *, seconds: int, headers: Mapping[str, str]) -> str | None:
        """Return an address from which a client may fetch it directly for so long, or None: ask the store itself.

        `headers` are what the answer there shall have (`Content-Type`, `Content-Disposition`, `Cache-Control`).
        """


class NoFileStore(NotImplementedYet):
    """Nothing keeps files as the configuration wants it; the message names the key, its value and the remedy."""

    id = "api.file.no_driver.app_error"
    message = (
        "FileSettings.DriverName is {driver!r}, but no plugin that is on keeps files that way (there is: {known})."
        " Set FileSettings.DriverName to one of those, or turn on the plugin that brings it."
    )


class FileStores:
    """The store that `FileSettings.DriverName` picks among those that plugins offer (hook `register_file_stores`).

    Make one with the plugin's context; ask it late: plugins that come after yours may bring the store.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._version = -1
        self._known: dict[str, FileStore] = {}

    @property
    def known(self) -> dict[str, FileStore]:
        """The stores of the plugins that are on now, by driver name."""
        hooks = self._context.hooks
        if self._version != hooks.version:
            self._version = hooks.version
            stores = chain.from_iterable(hooks.ask_all("register_file_stores"))
            self._known = {store.driver_name: store for store in stores}
        return self._known

    @property
    def current(self) -> FileStore:
        """The chosen store. Raises `NoFileStore`."""
        driver = self._context.config.FileSettings.DriverName
        store = self.known.get(driver)
        if store is None:
            raise NoFileStore(driver=driver, known=", ".join(sorted(self.known)) or "none")
        return store


class NoFiles(NotImplementedYet):
    id = "api.file.attachments.disabled.app_error"
    message = "Files are turned off on this server: turn on the plugin files."


class FileService(Protocol):
    """The files of posts."""

    def save(self, name: str, pieces: Iterable[bytes], *, user_id: str, channel_id: str) -> FileInfo:
        """Keep a file that no post has yet, in constant memory; returns what is known of it.

        Raises `AppError` (too large, store full, refused by a plugin, files turned off), and what `pieces` raises:
        nothing is kept then.
        """

    def search(
        self, query: PostQuery, *, extensions: Iterable[str] = (), excluded_extensions: Iterable[str] = ()
    ) -> list[FileInfo]:
        """Return posts' files whose names hold what is looked for, newest first, only from `query.channel_ids`.

        Extensions are those of names, in lower case, without the dot; none given means any.
        """


class NullFileService:
    """Knows no files: no plugin for them is on."""

    def save(self, name: str, pieces: Iterable[bytes], *, user_id: str, channel_id: str) -> FileInfo:
        """Raise `NoFiles`."""
        raise NoFiles

    def search(
        self, query: PostQuery, *, extensions: Iterable[str] = (), excluded_extensions: Iterable[str] = ()
    ) -> list[FileInfo]:
        """Return nothing."""
        return []
