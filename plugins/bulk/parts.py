"""What plugins bring to the format, sorted by types of lines."""

from itertools import chain
from typing import Any, Final

from hubbub.core.contracts.bulk import BulkOwner, BulkPart
from hubbub.core.contracts.errors import Internal
from hubbub.core.contracts.plugin import PluginContext

POST: Final = "post"
DIRECT_POST: Final = "direct_post"
DIRECT_CHANNEL: Final = "direct_channel"


class Parts:
    """Owners and parts of every type of line, as plugins offer them now."""

    def __init__(self, context: PluginContext) -> None:
        found: list[BulkPart] = sorted(
            chain.from_iterable(context.hooks.ask_all("register_bulk_parts")), key=lambda part: part.rank
        )
        self.owners: dict[str, BulkOwner] = {}
        for part in found:
            if isinstance(part, BulkOwner):
                if part.line in self.owners:
                    raise Internal(f"two plugins own the lines {part.line}: turn one of them off.")
                self.owners[part.line] = part
        self._by_line: dict[str, list[BulkPart]] = {}
        for part in found:
            self._by_line.setdefault(part.line, []).append(part)

    @property
    def all(self) -> list[BulkPart]:
        """Every part."""
        return list(chain.from_iterable(self._by_line.values()))

    def of(self, line: str, kind: type[Any]) -> list[Any]:
        """Return the parts of a type that are of a kind (`BulkReader`, …); for direct posts those of posts too."""
        names = [line, POST] if line == DIRECT_POST else [line]
        return [part for name in names for part in self._by_line.get(name, ()) if isinstance(part, kind)]

    def in_order(self) -> list[BulkOwner]:
        """Return the owners in the order of a file."""
        return sorted(self.owners.values(), key=lambda owner: owner.order)
