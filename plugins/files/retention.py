"""Files that are removed for good: those of erased posts, and those that are too old."""

from collections.abc import Iterable, Sequence
from typing import Final

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.files.records import StoredFile
from hubbub.plugins.files.service import Files

HOUR_MS: Final = 3_600_000
AT_ONCE: Final = 500


class FileRetention:
    """Removes rows, and after the commit the bytes."""

    def __init__(self, context: PluginContext, files: Files) -> None:
        self._context = context
        self._files = files

    def erase_of(self, post_ids: Sequence[str]) -> None:
        """Remove the files of posts that are gone for good."""
        self._erase(self._files.store.of_posts(post_ids))

    def run(self, now: int, batch_size: int) -> int:
        """Remove files that are older than DataRetentionSettings wants them; return how many."""
        settings = self._context.config.DataRetentionSettings
        hours = settings.FileRetentionHours or settings.FileRetentionDays * 24
        if not settings.EnableFileDeletion or hours <= 0:
            return 0
        with self._context.db.transaction():
            return self._erase(self._files.store.older(now - hours * HOUR_MS, min(batch_size, AT_ONCE)))

    def _erase(self, files: Iterable[StoredFile]) -> int:
        files = list(files)
        if files:
            self._files.store.erase([file.info.id for file in files])
            self._context.db.after_commit(lambda: self._remove(files))
        return len(files)

    def _remove(self, files: Iterable[StoredFile]) -> None:
        store = self._files.current
        # Copied messages have files of their own whose rows name the bytes of the first.
        for path in self._files.store.unused({path for file in files for path in file.paths}):
            try:
                store.remove(path)
            except OSError:
                self._context.log.exception("a file can't be removed", extra={"path": path})
