"""Imports, exports and the removal of old ones as jobs."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import gevent

from hubbub.core.contracts.errors import AppError
from hubbub.core.contracts.jobs import JobType
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.ids import new_id
from hubbub.plugins.bulk.exporting import Options
from hubbub.plugins.bulk.folders import Folder
from hubbub.plugins.bulk.service import Bulk
from hubbub.plugins.bulk.source import Source

DAY_S: Final = 86_400
LINES_AT_ONCE: Final = 200
PIECE: Final = 1 << 20
CHECKED: Final = 20
"""Percent of an import's progress that are its check."""
TRUE: Final = "true"
Progress = Callable[[int], bool]


class CanceledWork(AppError):
    id = "app.import.bulk_import.canceled.app_error"
    message = "The work was stopped."


class BulkJobs:
    """What jobs run. They run in a worker that serves people meanwhile, who get their turn after every few lines."""

    def __init__(self, context: PluginContext, bulk: Bulk, imports: Folder, exports: Folder) -> None:
        self._context, self._bulk = context, bulk
        self._imports, self._exports = imports, exports

    def types(self) -> Iterable[JobType]:
        """Return the kinds of jobs."""
        return [
            JobType(name="import_process", run=self.import_process),
            JobType(name="export_process", run=self.export_process),
            JobType(name="import_delete", run=self._deleting(self._imports), every_s=DAY_S),
            JobType(name="export_delete", run=self._deleting(self._exports), every_s=DAY_S),
        ]

    @staticmethod
    def _deleting(folder: Folder) -> Callable[[dict[str, Any], Progress], None]:
        def run(data: dict[str, Any], _progress: Progress) -> None:
            data["deleted"] = str(folder.remove_old())

        return run

    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        """Return a folder that goes when the work ends; what a killed worker leaves is found by its name."""
        self._context.data_directory.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix="bulk-", dir=self._context.data_directory)

    def import_process(self, data: dict[str, Any], progress: Progress) -> None:
        """Import the file `import_file` of the folder of imports. Cut off, it goes on where it was."""
        name = str(data.get("import_file", ""))
        attachments = data.get("ignore_attachments") != TRUE
        with self._scratch() as folder:
            # A ZIP is read from its end: it can't be a stream of the store.
            path = Path(folder) / Path(name).name
            pieces = self._imports.read(name)
            with path.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
                    self._go_on(progress, 0)
            source = Source(path, Path(folder))
            try:
                heard = self._counted(progress, source.size, 0, CHECKED)
                found = self._bulk.check(source, attachments=attachments, heard=heard)
                lines = sum(found.lines.values())
                heard = self._counted(progress, lines, CHECKED, 100)
                importer = self._bulk.apply(source, found, attachments=attachments, alone=False, heard=heard)
            except CanceledWork:
                return
            finally:
                source.close()
        data["lines"], data["messages"] = str(lines), str(found.posts)
        data["resumed_after_line"] = str(importer.resumed_at)

    def export_process(self, data: dict[str, Any], progress: Progress) -> None:
        """Write an export into the folder of exports; its name is put into `export_file`."""
        name = data.setdefault("export_file", f"{new_id()}_export.zip")
        options = Options(
            archived=data.get("include_archived_channels") == TRUE,
            attachments=data.get("include_attachments") == TRUE,
            pictures=data.get("include_profile_pictures") == TRUE,
            roles=data.get("include_roles_and_schemes", TRUE) == TRUE,
        )
        with self._scratch() as folder:
            path = Path(folder) / "export.zip"
            try:
                exporter = self._bulk.export(path, options, zipped=True, heard=self._counted(progress, 0, 0, 0))
            except CanceledWork:
                return
            with path.open("rb") as file:
                self._exports.write(name, iter(lambda: file.read(PIECE), b""))
        data["messages"] = str(exporter.written["post"] + exporter.written["direct_post"])
        for what, count in exporter.lost.items():
            data[f"left out: {what}"] = str(count)

    def _counted(self, progress: Progress, total: int, begin: int, end: int) -> Callable[[int], bool]:
        """Return what hears how much is done, and tells the job in percent from `begin` to `end`."""
        done = calls = 0

        def heard(count: int) -> bool:
            nonlocal done, calls
            done, calls = done + count, calls + 1
            if count > 1 or calls % LINES_AT_ONCE == 0:
                self._go_on(progress, begin + (end - begin) * done // total if total else begin)
            return True

        return heard

    @staticmethod
    def _go_on(progress: Progress, percent: int) -> None:
        gevent.sleep(0)
        if not progress(min(percent, 99)):
            raise CanceledWork
