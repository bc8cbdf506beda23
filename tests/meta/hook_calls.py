"""Which hooks the server calls, and who implements them: read from the source."""

import ast
from collections import defaultdict
from pathlib import Path
from typing import Final

from hubbub.tests.meta import tree

CALLS: Final = frozenset(
    {"consult", "tell", "tell_later", "tell_plugin", "ask_plugin", "ask_all", "ask_first", "contribute", "implementers"}
)


def specifications() -> dict[str, ast.FunctionDef]:
    """Return every hookspec by name."""
    module = ast.parse(tree.text(Path("hookspecs.py")))
    return {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}


def called() -> dict[str, set[Path]]:
    """Return hook → files of core and plugins that call it by its name."""
    found: dict[str, set[Path]] = defaultdict(set)
    for path in tree.files(".py"):
        if path.parts[0] not in ("core", "plugins"):
            continue
        for node in ast.walk(ast.parse(tree.text(path))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS):
                continue
            for argument in node.args[:2]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found[argument.value].add(path)
    return found


def implementations(*folders: str) -> list[tuple[Path, ast.FunctionDef]]:
    """Return every function marked as a hook implementation below `folders`."""
    return [
        (path, node)
        for path in tree.files(".py")
        if path.parts[0] in folders
        for node in ast.walk(ast.parse(tree.text(path)))
        if isinstance(node, ast.FunctionDef) and any("hookimpl" in ast.unparse(mark) for mark in node.decorator_list)
    ]
