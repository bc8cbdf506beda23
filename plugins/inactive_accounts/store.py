"""Which accounts nobody has used for long."""

from collections.abc import Iterator
from typing import Final

import msgspec

from hubbub.core.db import Database

AT_ONCE: Final = 500
# Whatever changes an account counts too: one that was given back to somebody isn't taken again the next day.
_ACTIVE_AT: Final = """{greatest}(COALESCE(u.createat, 0), COALESCE(u.updateat, 0), COALESCE(u.lastlogin, 0),
    COALESCE(s.lastactivityat, 0),
    COALESCE((SELECT MAX(x.lastactivityat) FROM {sessions} x WHERE x.userid = u.id), 0))"""
_SQL: Final = f"""SELECT u.id, u.username, u.email, u.roles, u.authservice, {_ACTIVE_AT} FROM {{users}} u
    LEFT JOIN {{bots}} b ON b.userid = u.id LEFT JOIN {{status}} s ON s.userid = u.id
    WHERE u.deleteat = 0 AND b.userid IS NULL AND COALESCE(u.remoteid, '') = '' AND u.id > ? AND {_ACTIVE_AT} < ?
    ORDER BY u.id LIMIT ?"""


class Account(msgspec.Struct, frozen=True):
    """An account that isn't a bot's; `active_at` (ms) is when it was used or changed last."""

    id: str
    username: str
    email: str
    roles: str
    auth_service: str
    active_at: int

    @property
    def is_admin(self) -> bool:
        """Whether it is a system administrator's."""
        return "system_admin" in self.roles.split()


class ActivityStore:
    """Reads accounts and when they were used."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def inactive_since(self, before: int) -> Iterator[Account]:
        """Yield the active accounts of people that were used last before a time (ms), by id. One query per 500."""
        last_id = ""
        while rows := self._db.fetch_all(_SQL, (last_id, before, AT_ONCE)):
            last_id = rows[-1][0]
            yield from (Account(row[0], row[1], row[2] or "", row[3] or "", row[4] or "", row[5]) for row in rows)
