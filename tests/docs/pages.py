"""What the tests of the documentation read: pages, their code blocks and links."""

import re
from pathlib import Path
from typing import NamedTuple

from hubbub.tests.meta import tree

_BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """A code block; `file` is what the page says its name is."""

    language: str
    file: str
    code: str


def pages() -> list[Path]:
    """Return every page of the documentation, relative to the root."""
    return [path for path in tree.files(".md") if path.parts[0] in ("docs", "examples", "README.md", "plugin-template")]


def blocks(page: Path | str) -> list[Block]:
    """Return the code blocks of a page."""
    return [Block(found[1], found[2] or "", found[3]) for found in _BLOCK.finditer(tree.text(Path(page)))]


def block(page: str, file: str) -> str:
    """Return the code of the block that a page says is this file."""
    (found,) = [entry for entry in blocks(page) if entry.file == file]
    return found.code


def links(page: Path) -> list[str]:
    """Return the targets of a page's links outside its code blocks."""
    return _LINK.findall(_BLOCK.sub("", tree.text(page)))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", _BLOCK.sub("", tree.text(page)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
