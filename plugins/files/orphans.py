"""Files that belong to nothing: uploads that no message has, and stored attachments that the database doesn't know.

The first come from people who upload and never send; the second from a server that was killed between the two, or from
a database that was restored to an earlier state.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.files.config import FilesConfig
from hubbub.plugins.files.records import StoredFile
from hubbub.plugins.files.service import Files

DAY_MS: Final = 86_400_000
AT_ONCE: Final = 500
DAYS_DEFAULT: Final = 30
ATTACHMENT: Final = re.compile(r"(\d{8})/teams/[^/]+/channels/[^/]+/users/[^/]+/([a-z0-9]{26})/[^/]+")
"""Where attachments are, of this server and of a Mattermost server: nothing else in the store is looked at."""
Progress = Callable[[int], bool]


class Orphan(msgspec.Struct, frozen=True):
    """One that was found: `path` in the store, and the row that knows it (None: nothing does)."""

    path: str
    file: StoredFile | None = None


class Orphans:
    """Finds and removes them. What was uploaded or stored less than `days` ago is never looked at."""

    def __init__(self, context: PluginContext, files: Files) -> None:
        self._context = context
        self._files = files

    @property
    def days(self) -> int:
        """Days that the configuration leaves them; 0: for ever."""
        settings: FilesConfig = self._context.settings
        return settings.OrphanedFilesDays

    def run(self, data: dict[str, Any], progress: Progress) -> None:
        """Do the job `orphaned_files`: remove them, or count them where the configuration leaves them for ever."""
        removes = self.days > 0
        data["uploads"] = data["stored_files"] = 0
        for orphan in self.find(self.days or DAYS_DEFAULT):
            data["uploads" if orphan.file else "stored_files"] += 1
            if removes:
                self.remove(orphan)
            if not progress(0):
                return
        data["removed"] = removes
        self._context.log.info("looked for orphaned files", extra=dict(data))

    def find(self, days: int) -> Iterator[Orphan]:
        """Yield them; they may be removed meanwhile. `days` is at least 1."""
        before = now_ms() - max(1, days) * DAY_MS
        yield from self._uploads(before)
        # A day more: folders are named by the date of the server that wrote them, wherever that was.
        last_date = (datetime.fromtimestamp(before / 1000, UTC) - timedelta(days=1)).strftime("%Y%m%d")
        yield from self._unknown(last_date)

    def remove(self, orphan: Orphan) -> None:
        """Remove it, unless somebody has sent the upload meanwhile."""
        store = self._files.current
        if orphan.file is None:
            store.remove(orphan.path)
        elif self._files.store.remove(orphan.file.info.id):
            for path in self._files.store.unused(orphan.file.paths):
                store.remove(path)

    def _uploads(self, before: int) -> Iterator[Orphan]:
        last_id = ""
        while found := self._files.store.free(before, last_id, AT_ONCE):
            last_id = found[-1].info.id
            ids = [file.info.id for file in found]
            used = {id for some in self._context.hooks.ask_all("files_in_use", file_ids=ids) for id in some}
            yield from (Orphan(file.path, file) for file in found if file.info.id not in used)

    def _unknown(self, last_date: str) -> Iterator[Orphan]:
        matches = (match for path in self._files.current.list("") if (match := ATTACHMENT.fullmatch(path)))
        old = ((match[0], match[2]) for match in matches if match[1] < last_date)
        for chunk in _chunks(old, AT_ONCE):
            known = self._files.store.get_many({file_id for _, file_id in chunk})
            paths = [path for path, file_id in chunk if file_id not in known]
            yield from (Orphan(path) for path in self._files.store.unused(paths))


def _chunks(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
