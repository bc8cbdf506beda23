"""A whole site as lines, in constant memory: every list is read in pages, every page written out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkError, BulkExport, BulkWriter, DirectPlace, Place, PostEntry
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.version import API_VERSION
from hubbub.plugins.bulk.lines import encode, first_line
from hubbub.plugins.bulk.parts import Parts
from hubbub.plugins.bulk.places import direct_places, places
from hubbub.plugins.bulk.store import Names
from hubbub.plugins.bulk.target import Target


class Options(msgspec.Struct, frozen=True):
    """What an export has beside what every one has."""

    archived: bool = False
    attachments: bool = False
    pictures: bool = False
    roles: bool = True


class Exporter(BulkExport):
    """Writes an export. `lost` counts what the format can't hold, in words."""

    def __init__(self, context: PluginContext, target: Target, options: Options) -> None:
        self._db, self._target = context.db, target
        self._parts = Parts(context)
        self.names = Names(context.db)
        self.started = now_ms()
        self.scratch: dict[str, Any] = {}
        self.with_archived, self.with_attachments = options.archived, options.attachments
        self.with_pictures, self.with_roles = options.pictures, options.roles
        self.lost: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self._places: dict[str, Place] | None = None
        self._direct: dict[str, DirectPlace] | None = None

    def places(self) -> Mapping[str, Place]:
        """See `BulkExport.places`."""
        if self._places is None:
            self._places = places(self._db, archived=self.with_archived)
        return self._places

    def direct_places(self) -> Mapping[str, DirectPlace]:
        """See `BulkExport.direct_places`."""
        if self._direct is None:
            self._direct = direct_places(self._db, self.names)
        return self._direct

    def add_file(self, path: str, pieces: Iterable[bytes]) -> None:
        """See `BulkExport.add_file`."""
        self._target.add_file(path, pieces)

    def left_out(self, what: str) -> None:
        """See `BulkExport.left_out`."""
        self.lost[what] += 1

    def run(self, heard: Callable[[int], bool | None]) -> None:
        """Write everything. `heard(lines)` is told of each page; it returns False to stop (`BulkError`)."""
        self._target.write(first_line(API_VERSION))
        for owner in self._parts.in_order():
            writers = self._parts.of(owner.line, BulkWriter)
            for entries in owner.batches(self):
                for writer in writers:
                    writer.give(entries, self)
                lines = [encode(owner.line, entry.data) for entry in entries if _is_whole(entry)]
                self._target.write(b"".join(lines))
                self.written[owner.line] += len(lines)
                if heard(len(entries)) is False:
                    raise BulkError("the export was stopped.")
        self._target.finish()


def _is_whole(entry: Any) -> bool:
    """Say whether an entry is a line of its own; replies are part of their post's."""
    return not (isinstance(entry, PostEntry) and entry.root is not None)
