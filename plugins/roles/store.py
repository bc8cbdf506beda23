"""Every query on the table `roles`."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.permissions import Role
from hubbub.core.ids import new_id
from hubbub.plugins.roles.defaults import DefaultRole

COLUMNS: Final = (
    "id, name, displayname, description, createat, updateat, deleteat, permissions, schememanaged, builtin, schemeid"
)

_CHANNEL_ROLES: Final = {
    "channel_guest": "defaultchannelguestrole",
    "channel_user": "defaultchanneluserrole",
    "channel_admin": "defaultchanneladminrole",
}


class RoleStore:
    """Reads and writes roles."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._by_id = db.prepare(f"SELECT {COLUMNS} FROM {{roles}} WHERE id = ?")
        self._all = db.prepare(f"SELECT {COLUMNS} FROM {{roles}} ORDER BY name")
        self._set_permissions = db.prepare("UPDATE {roles} SET permissions = ?, updateat = ? WHERE id = ?")

    def get(self, role_id: str) -> Role | None:
        """Return the role, or None."""
        row = self._db.fetch_one(self._by_id, (role_id,))
        return _role(row) if row else None

    def get_by_names(self, names: Iterable[str]) -> dict[str, Role]:
        """Return the roles that exist among the names, by name."""
        rows = self._db.select_in(f"SELECT {COLUMNS} FROM {{roles}} WHERE name IN ({{ids}})", names)
        return {row[1]: _role(row) for row in rows}

    def all(self) -> list[Role]:
        """Return every role, by name."""
        return [_role(row) for row in self._db.fetch_all(self._all)]

    def higher_roles(self, names: Iterable[str]) -> dict[str, str]:
        """Return, for roles of channel schemes among the names, the role of the wider scope that rules over each.

        That is the same role of the team's scheme, else the built-in one. Reads `schemes`, `channels` and `teams`.
        """
        found: dict[str, str] = {}
        for kind, column in _CHANNEL_ROLES.items():
            sql = f"""SELECT s.{column}, ts.{column} FROM {{schemes}} s LEFT JOIN {{channels}} c ON c.schemeid = s.id
                LEFT JOIN {{teams}} t ON t.id = c.teamid LEFT JOIN {{schemes}} ts
                ON ts.id = t.schemeid AND ts.deleteat = 0
                WHERE s.scope = 'channel' AND s.{column} IN ({{ids}})"""
            for name, higher in self._db.select_in(sql, names):
                found[name] = higher or kind
        return found

    def set_permissions(self, role_id: str, permissions: Iterable[str], update_at: int) -> None:
        """Replace a role's permissions."""
        self._db.execute(self._set_permissions, (_text(permissions), update_at, role_id))

    def set_texts(self, role_id: str, display_name: str, description: str) -> None:
        """Replace what a role is called."""
        sql = "UPDATE {roles} SET displayname = ?, description = ? WHERE id = ?"
        self._db.execute(sql, (display_name, description, role_id))

    def insert(self, roles: Iterable[Role]) -> None:
        """Store new roles."""
        rows = [
            (
                role.id,
                role.name,
                role.display_name,
                role.description,
                role.create_at,
                role.update_at,
                role.delete_at,
                _text(role.permissions),
                role.scheme_managed,
                role.built_in,
                role.scheme_id,
            )
            for role in roles
        ]
        self._db.insert_many("roles", COLUMNS.split(", "), rows)

    def insert_missing(self, roles: dict[str, DefaultRole]) -> None:
        """Insert the roles whose names aren't there; what an administrator changed stays."""
        now = now_ms()
        self._db.insert_many(
            "roles",
            COLUMNS.split(", "),
            [
                (
                    new_id(),
                    name,
                    role.display_name,
                    role.description,
                    now,
                    now,
                    0,
                    _text(role.permissions),
                    role.scheme_managed,
                    role.built_in,
                    None,
                )
                for name, role in roles.items()
            ],
            ignore_duplicates=True,
        )


def _text(permissions: Iterable[str]) -> str:
    # The leading space is how the existing server writes it.
    return "".join(f" {permission}" for permission in dict.fromkeys(permissions))


def _role(row: tuple[Any, ...]) -> Role:
    return Role(
        id=row[0],
        name=row[1] or "",
        display_name=row[2] or "",
        description=row[3] or "",
        create_at=row[4] or 0,
        update_at=row[5] or 0,
        delete_at=row[6] or 0,
        permissions=(row[7] or "").split(),
        scheme_managed=bool(row[8]),
        built_in=bool(row[9]),
        scheme_id=row[10] or None,
    )
