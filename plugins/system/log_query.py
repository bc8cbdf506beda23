"""Finding lines in the log: by level, time and text."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.plugins.system.log_reader import lines_backwards

MAX_LOOKED_AT: Final = 200_000
"""How many lines one question may go through, newest first."""
_LEVELS: Final = frozenset(("trace", "debug", "info", "warn", "error", "critical"))


class LogFilter(msgspec.Struct, kw_only=True):
    """What is looked for; empty is everything. Dates as in the log, as ISO 8601, or ms since 1970.

    `text` is ours: something that the line has, whatever the case. The name of this server is "default": there is one
    log file, whatever the number of workers.
    """

    server_names: list[str] | None = None
    log_levels: list[str] | None = None
    date_from: str = ""
    date_to: str = ""
    text: str = ""


def query(path: Path, wanted: LogFilter, *, offset: int, limit: int) -> list[dict[str, Any]]:
    """Return a page of records, newest page first, oldest record first in it. Raises `OSError`, `InvalidBodyParam`."""
    levels = frozenset(level.lower() for level in wanted.log_levels or ())
    if unknown := levels - _LEVELS:
        raise InvalidBodyParam("log_levels", f"no level is called {min(unknown)[:20]!r}")
    begin, end = _time("date_from", wanted.date_from), _time("date_to", wanted.date_to)
    text = wanted.text.casefold()
    found: list[dict[str, Any]] = []
    skipped = 0
    for number, line in enumerate(lines_backwards(path)):
        if number >= MAX_LOOKED_AT or len(found) >= limit:
            break
        record = _record(line)
        at = _when(record.get("timestamp"))
        if at is not None and begin is not None and at < begin:
            break
        if (levels and record.get("level") not in levels) or (end is not None and (at is None or at > end)):
            continue
        if text and text not in _words(record):
            continue
        if skipped < offset:
            skipped += 1
            continue
        found.append(record)
    return found[::-1]


def _words(record: dict[str, Any]) -> str:
    """Return what a record says, to be searched: its fields as they are shown."""
    return "\n".join(f"{name} {value}" for name, value in record.items()).casefold()


def _record(line: str) -> dict[str, Any]:
    """Return a line's fields; one that isn't JSON (`FileJson` is off) has its text as message."""
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if isinstance(record, dict):
        return record
    time, level, text = _parts(line)
    return {"timestamp": time, "level": level, "msg": text, "caller": ""}


def _parts(line: str) -> tuple[str, str, str]:
    """Take a line for people apart: "2026-01-02 03:04:05.678 Z info  text"."""
    time, rest = line[:25], line[26:]
    level, _, text = rest.partition(" ")
    if _when(time) is None or level not in _LEVELS:
        return "", "", line.rstrip("\n")
    return time, level, text.strip()


def _when(text: Any) -> datetime | None:
    """Return the moment of a record, None for one without."""
    if not isinstance(text, str) or not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" Z", "+00:00").replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _time(name: str, text: str) -> datetime | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 16:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    found = _when(text)
    if found is None:
        raise InvalidBodyParam(name, "no date: 2026-01-02 03:04:05.678 Z")
    return found
