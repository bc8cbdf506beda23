"""Queries of the bulk plugin: imports under way, and names with their ids."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import name_without_team
from hubbub.core.db import Database

MAX_NAMES: Final = 200_000
"""Names that are remembered of each kind; a large site's users take some 30 MB."""


class Progress(msgspec.Struct):
    """How far an import is. `line` is the last that is stored; times in ms."""

    id: str
    line: int
    started: int
    notes: dict[str, Any]
    noted: str = "{}"


class ImportStore:
    """Rows in, records out."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, file_id: str, name: str) -> Progress:
        """Return how far the import of a file is; a new one is noted."""
        row = self._db.fetch_one("SELECT line, startedat, notes FROM {hb_bulkimports} WHERE id = ?", (file_id,))
        if row is not None:
            return Progress(file_id, int(row[0]), int(row[1]), json.decode(row[2] or "{}"), row[2] or "{}")
        now = now_ms()
        values = (file_id, name[:255], 0, now, now, "{}")
        self._db.insert_many(
            "hb_bulkimports",
            ("id", "name", "line", "startedat", "updatedat", "notes"),
            [values],
            ignore_duplicates=True,
        )
        return Progress(file_id, 0, now, {})

    def advance(self, progress: Progress, line: int) -> bool:
        """Note, in a batch's transaction, how far it goes; False when another process has gone on meanwhile."""
        sql = "UPDATE {hb_bulkimports} SET line = ?, updatedat = ? WHERE id = ? AND line = ?"
        if not self._db.execute(sql, (line, now_ms(), progress.id, progress.line)):
            return False
        notes = json.encode_str(progress.notes)
        if notes != progress.noted:
            self._db.execute("UPDATE {hb_bulkimports} SET notes = ? WHERE id = ?", (notes, progress.id))
            progress.noted = notes
        return True

    def end(self, progress: Progress) -> None:
        """Forget an import that is complete."""
        self._db.execute("DELETE FROM {hb_bulkimports} WHERE id = ?", (progress.id,))


class Names:
    """Implements `BulkNames`."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._users: dict[str, str] = {}
        self._teams: dict[str, str] = {}
        self._channels: dict[tuple[str, str], str] = {}
        self._usernames: dict[str, str] = {}

    def forget(self) -> None:
        """Forget everything: a batch was rolled back."""
        for known in (self._users, self._teams, self._channels, self._usernames):
            known.clear()

    def users(self, usernames: Iterable[str]) -> Mapping[str, str]:
        """See `BulkNames.users`."""
        return self._find(self._users, usernames, "SELECT username, id FROM {users} WHERE username IN ({ids})")

    def teams(self, names: Iterable[str]) -> Mapping[str, str]:
        """See `BulkNames.teams`."""
        return self._find(self._teams, names, "SELECT name, id FROM {teams} WHERE name IN ({ids})")

    def usernames(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """See `BulkNames.usernames`."""
        return self._find(self._usernames, user_ids, "SELECT id, username FROM {users} WHERE id IN ({ids})")

    def _find(self, known: dict[str, str], wanted: Iterable[str], sql: str) -> Mapping[str, str]:
        missing = {key for key in wanted if key not in known}
        if missing:
            if len(known) > MAX_NAMES:
                known.clear()
                missing = set(wanted)
            known.update(self._db.select_in(sql, missing))
        return known

    def channels(self, keys: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """See `BulkNames.channels`."""
        known = self._channels
        wanted = set(keys)
        missing = {key for key in wanted if key not in known}
        if missing:
            if len(known) > MAX_NAMES:
                known.clear()
                missing = wanted
            sql = "SELECT teamid, name, id FROM {channels} WHERE name IN ({ids})"
            found = self._db.select_in(sql, {name for _, name in missing})
            known.update(((row[0] or "", row[1]), row[2]) for row in found if (row[0] or "", row[1]) in missing)
        return known

    def without_team(self, groups: Iterable[Iterable[str]]) -> dict[tuple[str, ...], str]:
        """Return sorted user ids → id of their direct or group channel, of those that exist."""
        named = {tuple(sorted(set(ids))): ("", name_without_team(ids)) for ids in groups}
        found = self.channels(named.values())
        return {ids: found[key] for ids, key in named.items() if key in found}
