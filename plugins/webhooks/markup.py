"""Slack's markup as Markdown: links, and who is called."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from hubbub.core.ids import is_valid_id

_CALLS: Final = {"channel": "@channel", "group": "@channel", "here": "@here", "all": "@all", "everyone": "@all"}
_TAG = re.compile(r"<([@#!])([^<>|\n]+)(?:\|([^<>\n]*))?>")
_LINK = re.compile(r"<([^<>|\s][^<>|\n]*)\|([^<>\n]+)>")
_USER = re.compile(r"<@([a-z0-9]{26})(?:\||>)")
_NAME = re.compile(r"[a-z0-9._-]{1,64}").fullmatch


def named_users(texts: Iterable[str]) -> set[str]:
    """Return the ids of users that the texts name, as `<@id>`."""
    return {user_id for text in texts if "<@" in text for user_id in _USER.findall(text)}


def to_markdown(text: str, username_of: Callable[[str], str]) -> str:
    """Return a text with `<url|text>`, `<!channel>`, `<@user>` and `<#id|channel>` as people write them here.

    `username_of(id)` returns the name of a user of this server, "" for an id that is nobody's.
    """
    if "<" not in text:
        return text
    text = _TAG.sub(lambda found: _named(found, username_of), text)
    return _LINK.sub(r"[\2](\1)", text) if "|" in text else text


def _named(found: re.Match[str], username_of: Callable[[str], str]) -> str:
    sign, name, label = found[1], found[2], found[3] or ""
    if sign == "!":
        return _CALLS.get(name) or label or found[0]
    if sign == "#":
        return f"~{label}" if label else found[0]
    if is_valid_id(name):
        username = username_of(name)
        return f"@{username}" if username else found[0]
    if label:
        return f"@{label.removeprefix('@')}"
    return f"@{name}" if _NAME(name) else found[0]
