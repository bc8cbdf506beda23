"""What the meta tests read: the files that git tracks or would."""

import ast
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]


@cache
def files(*suffixes: str) -> list[Path]:
    """Return the project's own files (tracked, or new and not ignored), relative to the root."""
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        listing = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("these tests read the list of files from git, and this is no git clone", allow_module_level=True)
    names = sorted({Path(name) for name in listing.split("\0") if name})
    return [name for name in names if (ROOT / name).is_file() and (not suffixes or name.suffix in suffixes)]


def text(path: Path) -> str:
    """Return a file's text; empty for a file that is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def imports(path: Path) -> list[tuple[int, str]]:
    """Return line and full name of every absolute import of a Python file."""
    found = []
    for node in ast.walk(ast.parse(text(path), filename=str(path))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found
