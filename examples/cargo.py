"""Keeps a list of what is aboard, and brings it along in the bulk format: lines `{"type": "cargo", "cargo": …}`."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.contracts.bulk import BulkExport, BulkImport, BulkPart, Entry, refused
from hubbub.core.contracts.plugin import Manifest, PluginContext
from hubbub.hookspecs import hookimpl

manifest = Manifest(id="cargo", version="1.0.0", summary="Keeps a list of what is aboard", reloadable=True)
FILE: Final = "cargo.json"


class CargoLine(msgspec.Struct):
    """What a line holds."""

    name: str
    tons: int


class CargoLines:
    """Owns the lines: reads them from an import, writes them into an export."""

    line = "cargo"
    rank = 0
    order = 1000
    record = CargoLine
    batch = 100

    def __init__(self, context: PluginContext) -> None:
        self._path = context.data_directory / FILE

    def all(self) -> dict[str, int]:
        """Return name → tons."""
        return dict(json.decode(self._path.read_bytes())) if self._path.exists() else {}

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse, before anything is stored, what weighs nothing."""
        for entry in entries:
            if entry.data.tons <= 0:
                raise refused(entry, "{name} weighs nothing.", name=entry.data.name)

    def take(self, entries: Sequence[Entry], _run: BulkImport) -> None:
        """Store lines."""
        new = {entry.data.name: entry.data.tons for entry in entries}
        self._path.write_bytes(json.encode(self.all() | new))

    def batches(self, _run: BulkExport) -> Iterator[list[Entry]]:
        """Yield everything, in an order that is the same on every server."""
        yield [Entry(data=CargoLine(name=name, tons=tons)) for name, tons in sorted(self.all().items())]


class Plugin:
    """The list is a file in the data folder; a real plugin would have a table."""

    def __init__(self, context: PluginContext) -> None:
        self.cargo = CargoLines(context)

    @hookimpl
    def register_bulk_parts(self) -> Iterable[BulkPart]:
        """Bring what is aboard."""
        return [self.cargo]
