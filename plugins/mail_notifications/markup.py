"""The text of a post as HTML for a mail: what makes a message readable, nothing that loads or runs."""

import html
import re
from typing import Final

_FENCE: Final = re.compile(r"^```[^\n]*\n(.*?)^```[ \t]*$", re.S | re.M)
_CODE: Final = re.compile(r"`([^`\n]+)`")
_LINK: Final = re.compile(r"\[([^\[\]\n]{1,300})\]\((https?://[^\s()<>]{1,2000})\)")
_BARE: Final = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]]")
_BOLD: Final = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_PARTS: Final = re.compile(f"({_LINK.pattern})|({_BARE.pattern})|({_CODE.pattern})")


def to_html(text: str) -> str:
    """Return a post's text as safe HTML: code, links with http or https, bold, line ends.

    SECURITY: everything that people wrote is escaped; the only tags are those made here.
    """
    parts = []
    position = 0
    for fence in _FENCE.finditer(text):
        parts += [_prose(text[position : fence.start()].strip("\n")), f"<pre>{html.escape(fence[1])}</pre>"]
        position = fence.end()
    parts.append(_prose(text[position:].strip("\n")))
    return "".join(parts)


def _prose(text: str) -> str:
    shown, position = [], 0
    for found in _PARTS.finditer(text):
        shown += [_plain(text[position : found.start()]), _special(found)]
        position = found.end()
    shown.append(_plain(text[position:]))
    return "".join(shown)


def _special(found: re.Match[str]) -> str:
    _, label, address, bare, _, code = found.groups()
    if code is not None:
        return f"<code>{html.escape(code)}</code>"
    target = address or bare
    return f'<a href="{html.escape(target)}">{html.escape(label or target)}</a>'


def _plain(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", html.escape(text)).replace("\n", "<br>")
