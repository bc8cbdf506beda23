"""Import and export as commands and jobs ask for them."""

from collections.abc import Callable
from pathlib import Path

from hubbub.core.contracts.plugin import PluginContext
from hubbub.plugins.bulk.checking import Checker, Found
from hubbub.plugins.bulk.exporting import Exporter, Options
from hubbub.plugins.bulk.importing import Importer, bulk_error
from hubbub.plugins.bulk.parts import Parts
from hubbub.plugins.bulk.source import Source
from hubbub.plugins.bulk.store import Names
from hubbub.plugins.bulk.target import Target

Heard = Callable[[int], bool | None]


def _silent(_count: int) -> None:
    """Hear nothing."""


class Bulk:
    """Checks, imports and exports. `heard(count)` is told how it goes on; False from it stops the work."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def check(self, source: Source, *, attachments: bool = True, heard: Heard = _silent) -> Found:
        """Return what a file holds; `heard` counts bytes. Raises `BulkError` that names what is wrong with it."""
        checker = Checker(Parts(self._context), Names(self._context.db), source, attachments=attachments)
        found = checker.run(heard)
        if found.errors:
            raise bulk_error(found, source.path.name)
        return found

    def apply(
        self,
        source: Source,
        found: Found,
        *,
        attachments: bool = True,
        alone: bool = True,
        heard: Heard = _silent,
    ) -> Importer:
        """Store what a file that was checked holds; `heard` counts lines. Raises `BulkError`.

        Unless it is `alone` in the process, others are let run between batches.
        """
        importer = Importer(self._context, Parts(self._context), source, attachments=attachments, alone=alone)
        importer.run(found, heard)
        return importer

    def size(self) -> int:
        """Return about how many lines an export has, replies counted too."""
        sql = "SELECT (SELECT COUNT(*) FROM {posts} WHERE deleteat = 0) + (SELECT COUNT(*) FROM {users})"
        return int(self._context.db.fetch_value(sql))

    def export(self, path: Path, options: Options, *, zipped: bool, heard: Heard = _silent) -> Exporter:
        """Write everything to a file that isn't there yet; `heard` counts lines. Raises `BulkError`."""
        with Target(path, zipped=zipped) as target:
            exporter = Exporter(self._context, target, options)
            exporter.run(heard)
        return exporter
