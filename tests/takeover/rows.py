"""Rows of a site by table, and how they get into its database."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from hubbub.core.db import Database
from hubbub.tests.takeover import versions
from hubbub.tests.takeover.versions import Version

_ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769"


def ident(name: str) -> str:
    """Return the id that stands for `name`: 26 letters and digits, always the same."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:17])
    return "".join(_ALPHABET[number >> (5 * place) & 31] for place in range(26))


class Rows:
    """What `insert` stores; a value that is a dict or list is stored as JSON."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._columns = versions.columns(version)
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def has(self, table: str) -> bool:
        """Say whether this version has the table."""
        return table in self._columns

    def add(self, table: str, **values: Any) -> dict[str, Any]:
        """Add a row and return it; columns that this version lacks are left out, a whole table too."""
        row = {name: value for name, value in values.items() if name in self._columns.get(table, {})}
        if self.has(table):
            self.tables.setdefault(table, []).append(row)
        return row

    def insert(self, db: Database) -> None:
        """Store the rows."""
        for table, rows in self.tables.items():
            for columns in {tuple(sorted(row)) for row in rows}:
                same = [[_stored(row[name]) for name in columns] for row in rows if tuple(sorted(row)) == columns]
                db.insert_many(table, [db.dialect.quote(name) for name in columns], same)


def _stored(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def contents(db: Database, tables: Iterable[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of `tables`, sorted, to be compared."""
    return {table: sorted(db.fetch_all(f"SELECT * FROM {{{table}}}"), key=repr) for table in tables}
