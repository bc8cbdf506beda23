"""What people type into the search box, taken apart."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import msgspec

_PIECE: Final = re.compile(r'(-*)"([^"]*)"?|([^\s"]+)')
_FLAG: Final = re.compile(r"(-*)(from|in|channel|before|after|on|ext|has):(.*)", re.I)
_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SHORT_TAG: Final = re.compile(r"#+([^#]*)")
_HAS: Final = {
    "file": "file", "files": "file", "attachment": "file", "link": "link", "links": "link", "url": "link",
    "pin": "pin", "pinned": "pin", "reaction": "reaction", "reactions": "reaction",
}  # fmt: skip
"""What may stand after `has:`, and what it means."""
DAY_MS: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1)


class Asked(msgspec.Struct):
    """What somebody looks for. `flags` maps `from`, `-from`, `in`, … to the values given, in order."""

    terms: str = ""
    excluded_terms: str = ""
    flags: dict[str, list[str]] = msgspec.field(default_factory=dict)

    def values(self, flag: str) -> list[str]:
        """Return what was given for a flag."""
        return self.flags.get(flag, [])


class Period(msgspec.Struct):
    """Bounds in time (ms, both excluded themselves; 0 for none), and days that are left out (first ms, ms after)."""

    after: int = 0
    before: int = 0
    excluded: tuple[tuple[int, int], ...] = ()

    def since(self, time: int) -> None:
        """Demand that a post isn't older than `time`."""
        self.after = max(self.after, time - 1)

    def until(self, time: int) -> None:
        """Demand that a post is older than `time`."""
        self.before = min(self.before or time, time)


def parse(text: str, *, shortest_tag: int) -> Asked:
    """Return what a text asks for. Hashtags of fewer than `shortest_tag` characters are ordinary words."""
    asked = Asked()
    terms: list[str] = []
    excluded: list[str] = []
    pieces = _pieces(text)
    for minus, piece, is_phrase in pieces:
        flag = None if is_phrase else _FLAG.fullmatch(piece)
        if flag is not None:
            value = flag[3] or next((following for _, following, _ in pieces), "")
            name = "in" if flag[2].lower() == "channel" else flag[2].lower()
            asked.flags.setdefault(f"-{name}" if minus else name, []).append(value)
        elif is_phrase:
            (excluded if minus else terms).append(f'"{piece}"')
        elif piece:
            (excluded if minus else terms).append(_word(piece, shortest_tag))
    asked.terms, asked.excluded_terms = " ".join(terms), " ".join(excluded)
    return asked


def _pieces(text: str) -> Iterator[tuple[bool, str, bool]]:
    """Yield words and phrases: whether a minus stands before, the text, whether it was in quotation marks."""
    for match in _PIECE.finditer(text):
        if match[3] is None:
            yield bool(match[1]), match[2], True
        else:
            bare = match[3].lstrip("-")
            yield bare != match[3], bare, False


def _word(word: str, shortest_tag: int) -> str:
    tag = _SHORT_TAG.fullmatch(word)
    return tag[1] if tag is not None and len(tag[1]) < shortest_tag else word


def period(asked: Asked, offset_s: int) -> Period | None:
    """Return the time that dates ask for, None when one of them is no date.

    `offset_s` is the asker's distance from UTC in seconds, east is positive: days are theirs.
    """
    found = Period()
    excluded = []
    for flag in ("before", "after", "on", "-before", "-after", "-on"):
        for text in asked.values(flag):
            day = _day(text)
            if day is None:
                return None
            start = (day - _EPOCH) // timedelta(days=1) * DAY_MS - offset_s * 1000
            if flag == "-on":
                excluded.append((start, start + DAY_MS))
            if flag in ("on", "-before"):
                found.since(start)
            if flag == "after":
                found.since(start + DAY_MS)
            if flag == "before":
                found.until(start)
            if flag in ("on", "-after"):
                found.until(start + DAY_MS)
    found.excluded = tuple(excluded)
    return found


def has(asked: Asked, flag: str = "has") -> tuple[str, ...] | None:
    """Return what posts are to have (`-has`: not to have), None when it is something that no post can have."""
    found = [_HAS.get(value.lower()) for value in asked.values(flag)]
    return None if None in found else tuple(dict.fromkeys(kind for kind in found if kind))


def _day(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
