"""Every operation of the API and its state: works (a router answers it), later, not ours, or refused."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

DATA: Final = Path(__file__).parent / "data"
STATES: Final = "tests/meta/data/operation_states.json"
API: Final = "/api/v4"
LATER: Final = "later"
NOT_OURS: Final = "not ours"
REFUSED: Final = "refused"


class Operation(msgspec.Struct, frozen=True):
    """One operation, as data/operations.json has it; `documented` is 0 for what the description leaves out."""

    id: str
    method: str
    path: str
    tag: str
    sent: int
    permissions: tuple[str, ...] = ()
    documented: int = 0
    public: bool = False
    undocumented: bool = False
    unserved: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Method and shape of the path."""
        return self.method, shape(self.path)

    def __str__(self) -> str:
        return f"{self.id} ({self.method} {self.path})"


def shape(path: str) -> str:
    """Return a path with its fields nameless."""
    return "/".join("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))


@cache
def operations() -> dict[str, Operation]:
    """Return every operation by its id, those of the description first."""
    document = json.loads((DATA / "operations.json").read_text(encoding="utf-8"))
    found = [msgspec.convert(row, Operation) for row in document["operations"]]
    return {operation.id: operation for operation in found}


@cache
def listed() -> dict[str, list[tuple[str, str]]]:
    """Return by operation's id where the list of what isn't there has it: the state, and feature or reason."""
    document = json.loads((DATA / "operation_states.json").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    for state in (LATER, NOT_OURS, REFUSED):
        for why, names in document[state].items():
            for name in names.split():
                found.setdefault(name, []).append((state, why))
    return found


@cache
def routed() -> dict[tuple[str, str], str]:
    """Return the owner of each route of a server with every built-in plugin, by method and shape of the path."""
    from hubbub.core.testing import make_app  # needs a patched standard library

    with make_app() as server:
        return {(route.method, shape(route.template)): route.owner for route in server.app.router.routes}


def working(routes: Iterable[tuple[str, str]]) -> list[Operation]:
    """Return the operations that `routes` answer, but for those that are always refused."""
    answered = set(routes)
    return [operation for operation in operations().values() if operation.key in answered and not refused(operation)]


def refused(operation: Operation) -> bool:
    """Say whether an operation is routed only to be told why it isn't there."""
    return any(state == REFUSED for state, _ in listed().get(operation.id, ()))
