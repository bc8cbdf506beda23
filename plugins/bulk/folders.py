"""The folders of the file store in which files to import and exports are, as in Mattermost."""

from collections.abc import Iterable, Iterator

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import NotFound, NotImplementedYet
from hubbub.core.contracts.files import BadPath, FileStore, FileStores, path_parts, store_folder
from hubbub.core.contracts.plugin import PluginContext

DAY_MS = 24 * 3_600_000


class NoSuchExport(NotFound):
    id = "api.export.export_not_found.app_error"
    message = "There is no export of that name."


class NoSuchImport(NotFound):
    id = "app.import.bulk_import.not_found.app_error"
    message = "There is no file {name} to import: upload it first, or see which there are (GET /api/v4/imports)."


class NoAddress(NotImplementedYet):
    id = "app.eport.generate_presigned_url.driver.app_error"
    message = (
        "The file store gives out no addresses: download the export itself, or keep files in S3 and set PresignSeconds"
        ' in PluginSettings.Plugins["storage_s3"].'
    )


class PresignedUrl(msgspec.Struct, kw_only=True):
    """Where an export can be fetched without signing in, for `expires` nanoseconds."""

    url: str
    expires: int


class Folder:
    """What `<section>.Directory` names; its files are kept for `<section>.RetentionDays`."""

    def __init__(self, context: PluginContext, section: str) -> None:
        self._context, self._section = context, section
        self._stores = FileStores(context)

    @property
    def store(self) -> FileStore:
        """The file store. Raises `NoFileStore`."""
        return self._stores.current

    @property
    def _folder(self) -> str:
        return store_folder(f"{self._section}.Directory", getattr(self._context.config, self._section).Directory)

    def names(self) -> list[str]:
        """Return the names of the files that there are."""
        folder = f"{self._folder}/"
        names = (path.removeprefix(folder) for path in self.store.list(folder[:-1]))
        return sorted(name for name in names if "/" not in name)

    def path(self, name: str) -> str | None:
        """Return a file's path in the store, None for one that isn't there."""
        try:
            parts = path_parts(name)
        except BadPath:
            return None
        path = f"{self._folder}/{name}"
        return path if len(parts) == 1 and self.store.exists(path) else None

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep a file."""
        self.store.write(f"{self._folder}/{name}", pieces)

    def read(self, name: str) -> Iterator[bytes]:
        """Return a file's bytes. Raises `NoSuchImport`."""
        path = self.path(name)
        if path is None:
            raise NoSuchImport(name=name)
        return self.store.read(path)

    def remove(self, name: str) -> None:
        """Remove a file; does nothing when it is gone."""
        path = self.path(name)
        if path is not None:
            self.store.remove(path)

    def remove_old(self) -> int:
        """Remove files that were written more than RetentionDays ago; return how many."""
        before = now_ms() - getattr(self._context.config, self._section).RetentionDays * DAY_MS
        removed = 0
        for name in self.names():
            path = f"{self._folder}/{name}"
            try:
                if self.store.modified(path) < before:
                    self.store.remove(path)
                    removed += 1
            except FileNotFoundError:  # somebody else was faster
                continue
        return removed
