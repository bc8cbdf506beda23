"""The text of a post as a phone shows it: Markdown's marks left out, what they were for kept."""

import re
from typing import Final

LONGEST: Final = 4_000
"""More of a text (characters) isn't looked at: a push takes 2,047 bytes."""
_RULES: Final = (
    (re.compile(r"^```[^\n`]*\n?", re.M), ""),
    (re.compile(r"!\[([^\[\]\n]{0,300})\]\([^\s()]{0,2000}(?: [^()\n]{0,300})?\)"), r"\1"),
    (re.compile(r"\[([^\[\]\n]{1,300})\]\([^\s()]{1,2000}(?: [^()\n]{0,300})?\)"), r"\1"),
    (re.compile(r"^ {0,3}#{1,6} +", re.M), ""),
    (re.compile(r"^ {0,3}> ?", re.M), ""),
    (re.compile(r"(\*\*|__|~~)(?=\S)([^\n]{1,1000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,1000}?)(?<=[^\s*])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]{1,1000}?)(?<=[^\s_])_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]{1,1000})`"), r"\1"),
)


def plain_text(text: str) -> str:
    """Return a text without marks for bold, links, code, headings and quotes; line ends stay."""
    text = text[:LONGEST]
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text.strip()
