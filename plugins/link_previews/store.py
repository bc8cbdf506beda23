"""Queries on the table linkmetadata."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.db import Database

HOUR_MS: Final = 3_600_000
_COLUMNS: Final = ("hash", "url", "timestamp", "type", "data")


class Found(msgspec.Struct, frozen=True):
    """What was found at an address: `type` is image, opengraph or none; `timestamp` (ms) when, to the hour."""

    url: str
    timestamp: int
    type: str
    data: dict[str, Any]


class LinkStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get_many(self, urls: Iterable[str]) -> dict[str, Found]:
        """Return what was found last at addresses, by address. One query."""
        sql = "SELECT url, timestamp, type, data FROM {linkmetadata} WHERE url IN ({ids})"
        found: dict[str, Found] = {}
        for one in map(_record, self._db.select_in(sql, urls)):
            if one.url not in found or found[one.url].timestamp < one.timestamp:
                found[one.url] = one
        return found

    def save(self, found: Found) -> None:
        """Store what was found at an address; of an hour there is one row."""
        key = fnv1(found.timestamp.to_bytes(8, "little") + found.url.encode())
        row = (key, found.url, found.timestamp, found.type, json.encode(found.data).decode())
        self._db.upsert("linkmetadata", _COLUMNS, ("hash",), [row])


def fnv1(data: bytes) -> int:
    """Return the FNV-1 hash (32 bits) of some bytes: what the table's key has always been made with."""
    value = 0x811C9DC5
    for byte in data:
        value = (value * 0x01000193 & 0xFFFFFFFF) ^ byte
    return value


def _record(row: Sequence[Any]) -> Found:
    data = json.decode(row[3]) if isinstance(row[3], str | bytes) else row[3]
    return Found(row[0], row[1] or 0, row[2] or "none", data if isinstance(data, dict) else {})
