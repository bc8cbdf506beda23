"""Every query on the table `schemes`; who uses a scheme is read from `teams` and `channels`, never written there."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from hubbub.core.contracts.schemes import Scheme

COLUMNS: Final = (
    "id", "name", "displayname", "description", "createat", "updateat", "deleteat", "scope", "defaultteamadminrole",
    "defaultteamuserrole", "defaultchanneladminrole", "defaultchanneluserrole", "defaultteamguestrole",
    "defaultchannelguestrole", "defaultplaybookadminrole", "defaultplaybookmemberrole", "defaultrunadminrole",
    "defaultrunmemberrole",
)  # fmt: skip
ROLE_COLUMNS: Final = COLUMNS[8:]
"""The columns that name roles."""
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM {{schemes}}"


class SchemeStore:
    """Reads and writes schemes. Times in ms."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def get(self, scheme_id: str) -> Scheme | None:
        """Return a scheme, a deleted one too."""
        row = self._db.fetch_one(f"{_SELECT} WHERE id = ?", (scheme_id,))
        return _scheme(row) if row else None

    def page(self, scope: str, *, offset: int, limit: int) -> list[Scheme]:
        """Return schemes that aren't deleted, newest first; of one scope, or of all ("")."""
        where, params = (" AND scope = ?", (scope,)) if scope else ("", ())
        sql = f"{_SELECT} WHERE deleteat = 0{where} ORDER BY createat DESC, id LIMIT ? OFFSET ?"
        return [_scheme(row) for row in self._db.fetch_all(sql, (*params, limit, offset))]

    def insert(self, scheme: Scheme) -> None:
        """Store a new scheme. Raises `UniqueViolation` for a taken name."""
        self._db.insert_many("schemes", COLUMNS, [_row(scheme)])

    def set_texts(self, scheme: Scheme) -> None:
        """Store name, display name and description. Raises `UniqueViolation` for a taken name."""
        self._db.execute(
            "UPDATE {schemes} SET name = ?, displayname = ?, description = ?, updateat = ? WHERE id = ?",
            (scheme.name, scheme.display_name, scheme.description, scheme.update_at, scheme.id),
        )

    def delete(self, scheme_id: str, now: int) -> bool:
        """Mark a scheme as deleted; say whether it was there."""
        sql = "UPDATE {schemes} SET deleteat = ?, updateat = ? WHERE id = ? AND deleteat = 0"
        return bool(self._db.execute(sql, (now, now, scheme_id)))

    def any_of_channels(self) -> bool:
        """Say whether a channel has a scheme of its own."""
        sql = "SELECT 1 FROM {schemes} WHERE scope = 'channel' AND deleteat = 0 LIMIT 1"
        return self._db.fetch_one(sql) is not None

    def audience(self, role_name: str) -> tuple[list[str], list[str]]:
        """Return the ids of the teams, and of the channels, whose members may have a scheme's role."""
        named = " OR ".join(f"s.{column} = ?" for column in ROLE_COLUMNS)
        params = (role_name,) * len(ROLE_COLUMNS)

        def users(table: str) -> list[str]:
            sql = f"SELECT u.id FROM {{schemes}} s JOIN {{{table}}} u ON u.schemeid = s.id WHERE {named} ORDER BY u.id"
            return [row[0] for row in self._db.fetch_all(sql, params)]

        return users("teams"), users("channels")

    def names_below(self, kind: str, team_role: str) -> list[str]:
        """Return the names of the roles of channel schemes over which a wider role rules.

        `kind` is guest, user or admin. `team_role` is the role of a team's scheme, or "" for the built-in one, which
        rules where the team has no scheme.
        """
        column = f"defaultchannel{kind}role"
        wider = f"ts.{column} = ?" if team_role else "ts.id IS NULL"
        sql = f"""SELECT DISTINCT s.{column} FROM {{schemes}} s JOIN {{channels}} c ON c.schemeid = s.id
            LEFT JOIN {{teams}} t ON t.id = c.teamid
            LEFT JOIN {{schemes}} ts ON ts.id = t.schemeid AND ts.deleteat = 0
            WHERE s.scope = 'channel' AND s.deleteat = 0 AND {wider}"""
        return [row[0] for row in self._db.fetch_all(sql, (team_role,) if team_role else ())]

    def delete_roles(self, names: Iterable[str], now: int) -> None:
        """Mark roles as deleted."""
        wanted = [name for name in names if name]
        condition, params = self._db.in_list("name IN ({ids})", wanted)
        self._db.execute(f"UPDATE {{roles}} SET deleteat = ?, updateat = ? WHERE {condition}", (now, now, *params))


def _scheme(row: tuple[Any, ...]) -> Scheme:
    numbers = (row[4] or 0, row[5] or 0, row[6] or 0)
    texts = [text or "" for text in (*row[:4], *row[7:])]
    return msgspec.convert(dict(zip(Scheme.__struct_fields__, (*texts[:4], *numbers, *texts[4:]), strict=True)), Scheme)


def _row(scheme: Scheme) -> tuple[Any, ...]:
    return tuple(getattr(scheme, field) for field in Scheme.__struct_fields__)
