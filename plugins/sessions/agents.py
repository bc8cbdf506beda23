"""What a User-Agent header says about a client: the three properties that a session shows of it."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Desktop App", re.compile(r"Mattermost/([\d.]+)")),
    ("Mobile App", re.compile(r"Mattermost Mobile/([\d.]+)")),
    ("mmctl", re.compile(r"mmctl/([\d.]+)")),
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/([\d.]+)")),
    ("Opera", re.compile(r"OPR/([\d.]+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/([\d.]+)")),
    ("Chrome", re.compile(r"(?:Chrome|CriOS)/([\d.]+)")),
    ("Safari", re.compile(r"Version/([\d.]+).*Safari/")),
)
_SYSTEMS: Final = (
    ("iPhone", "iOS", "iPhone"),
    ("iPad", "iOS", "iPad"),
    ("Android", "Android", "Linux"),
    ("Windows NT 10", "Windows 10", "Windows"),
    ("Windows", "Windows", "Windows"),
    ("Mac OS X", "Mac OS", "Macintosh"),
    ("CrOS", "ChromeOS", "Linux"),
    ("Linux", "Linux", "Linux"),
)
_LONGEST: Final = 512


def client_props(user_agent: str) -> dict[str, str]:
    """Return `browser` (with its version), `os` and `platform`; "Unknown" where the header doesn't tell."""
    text = user_agent[:_LONGEST]
    system, platform = next(
        ((system, platform) for mark, system, platform in _SYSTEMS if mark in text), ("Unknown", "Unknown")
    )
    for name, pattern in _BROWSERS:
        match = pattern.search(text)
        if match is not None:
            return {"browser": f"{name}/{match[1]}", "os": system, "platform": platform}
    first = text.split("/", 1)[0].strip()
    return {"browser": f"{first or 'Unknown'}/0.0", "os": system, "platform": platform}
