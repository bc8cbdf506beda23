"""Every event of the WebSocket protocol and its state: sent (the code publishes it), later, or not ours."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from hubbub.tests.meta import tree

DATA: Final = "tests/meta/data/events.json"
OF_THE_CONNECTION: Final = "hello"
"""Sent by core/realtime to each connection, not published."""


@cache
def document() -> dict[str, Any]:
    """Return the table: `events` (name → `to`, `fields`), `later` and `not ours` (feature or reason → names)."""
    found: dict[str, Any] = json.loads((tree.ROOT / DATA).read_text(encoding="utf-8"))
    return found


def listed() -> dict[str, str]:
    """Return event → the state that the table says, for those that aren't sent."""
    return {
        name: f"{state}: {why}"
        for state in ("later", "not ours")
        for why, names in document()[state].items()
        for name in names.split()
    }


@cache
def published() -> dict[str, list[Path]]:
    """Return event → the files of core and plugins that publish it.

    An `Event(name=…)` whose name is computed counts for each name of the table that stands in its plugin.
    """
    found: dict[str, list[Path]] = {OF_THE_CONNECTION: [Path("core/realtime/connection.py")]}
    for path in tree.files(".py"):
        if path.parts[0] not in ("core", "plugins"):
            continue
        for name in _names(path):
            found.setdefault(name, []).append(path)
    return found


def _names(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(tree.text(path))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Event":
            given = next((word.value for word in node.keywords if word.arg == "name"), None)
            constants = [part.value for part in ast.walk(given) if isinstance(part, ast.Constant)] if given else []
            names |= {str(value) for value in constants}
            if given is not None and not constants and path.parts[0] == "plugins":
                names |= _known_names_in(path.parent)
    return names


def _known_names_in(folder: Path) -> set[str]:
    """Return the events of the table that are named in a plugin."""
    constants = {
        node.value
        for path in tree.files(".py")
        if path.parent == folder
        for node in ast.walk(ast.parse(tree.text(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return constants & set(document()["events"])
