"""Roles and schemes in the bulk format."""

from collections.abc import Iterator, Sequence
from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.bulk import BulkExport, BulkImport, Entry, refused
from hubbub.core.contracts.bulk_lines import RoleLine, SchemeLine
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.permissions import Permission, Role
from hubbub.core.contracts.schemes import CHANNEL_SCOPE, TEAM_SCOPE, Scheme
from hubbub.core.ids import new_id
from hubbub.plugins.roles.schemes_store import SchemeStore
from hubbub.plugins.roles.store import RoleStore

_CHANNEL_ROLES: Final = ("default_channel_admin_role", "default_channel_user_role", "default_channel_guest_role")
_TEAM_ROLES: Final = ("default_team_admin_role", "default_team_user_role", "default_team_guest_role", *_CHANNEL_ROLES)
_NEEDED: Final = {
    TEAM_SCOPE: tuple(name for name in _TEAM_ROLES if not name.endswith("_guest_role")),
    CHANNEL_SCOPE: _CHANNEL_ROLES[:2],
}


class RoleLines:
    """Owns lines of type role: all but those of schemes."""

    line = "role"
    rank = 0
    order = 10
    record = RoleLine
    batch = 100

    def __init__(self, roles: RoleStore) -> None:
        self._roles = roles

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse permissions that there aren't."""
        for entry in entries:
            _check(entry.number, entry.data)

    def take(self, entries: Sequence[Entry], _run: BulkImport) -> None:
        """Make roles, or change them."""
        self.check(entries)
        save(self._roles, [entry.data for entry in entries])

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield roles by name."""
        if run.with_roles:
            own = [role for role in self._roles.all() if not role.scheme_id and not role.delete_at]
            yield [Entry(data=line_of(role)) for role in sorted(own, key=lambda role: role.name)]


class SchemeLines:
    """Owns lines of type scheme, with their roles."""

    line = "scheme"
    rank = 0
    order = 20
    record = SchemeLine
    batch = 100

    def __init__(self, schemes: SchemeStore, roles: RoleStore) -> None:
        self._schemes, self._roles = schemes, roles

    def check(self, entries: Sequence[Entry]) -> None:
        """Refuse unknown scopes, and schemes that lack a role."""
        for entry in entries:
            data: SchemeLine = entry.data
            needed = _NEEDED.get(data.scope)
            if needed is None:
                raise refused(entry, "a scheme's scope is team or channel, not {scope}.", scope=data.scope)
            for name in needed:
                if getattr(data, name) is None:
                    raise refused(entry, "a scheme of scope {scope} needs {role}.", scope=data.scope, role=name)
            for name in _TEAM_ROLES:
                if (role := getattr(data, name)) is not None:
                    _check(entry.number, role)

    def take(self, entries: Sequence[Entry], _run: BulkImport) -> None:
        """Make schemes, or change them, and their roles."""
        self.check(entries)
        known = {scheme.name: scheme for scheme in self._all()}
        for entry in entries:
            self._save(entry.data, known.get(entry.data.name))

    def _all(self) -> list[Scheme]:
        return self._schemes.page("", offset=0, limit=100_000)

    def _save(self, data: SchemeLine, old: Scheme | None) -> None:
        now = now_ms()
        scheme = old or Scheme(id=new_id(), name=data.name, scope=data.scope, create_at=now)
        scheme.display_name, scheme.description, scheme.update_at = data.display_name, data.description or "", now
        roles = []
        for field in _TEAM_ROLES:
            wanted: RoleLine | None = getattr(data, field)
            if wanted is not None:
                if not getattr(scheme, field):
                    setattr(scheme, field, wanted.name)
                wanted.name = getattr(scheme, field)
                roles.append(wanted)
        if old is None:
            self._schemes.insert(scheme)
        else:
            self._schemes.set_texts(scheme)
        save(self._roles, roles, scheme.id)

    def batches(self, run: BulkExport) -> Iterator[list[Entry]]:
        """Yield schemes by name."""
        if not run.with_roles:
            return
        schemes = sorted(self._all(), key=lambda scheme: scheme.name)
        roles = self._roles.get_by_names({getattr(scheme, field) for scheme in schemes for field in _TEAM_ROLES})
        yield [Entry(data=_scheme_line(scheme, roles)) for scheme in schemes]


def _scheme_line(scheme: Scheme, roles: dict[str, Role]) -> SchemeLine:
    line = SchemeLine(
        name=scheme.name, display_name=scheme.display_name, description=scheme.description, scope=scheme.scope
    )
    for field in _TEAM_ROLES if scheme.scope == TEAM_SCOPE else _CHANNEL_ROLES:
        role = roles.get(getattr(scheme, field))
        if role is not None:
            setattr(line, field, line_of(role))
    return line


def _check(number: int, data: RoleLine) -> None:
    known = {permission.value for permission in Permission}
    unknown = sorted(set(data.permissions or ()) - known)
    if unknown:
        raise BadRequest(
            "the role {role} names a permission that there isn't: {name}.", line=number, role=data.name, name=unknown[0]
        )
    if not data.name or len(data.name) > 64:
        raise BadRequest("a role's name has 1 to 64 characters.", line=number)


def save(store: RoleStore, lines: list[RoleLine], scheme_id: str | None = None) -> None:
    """Store roles: new ones, or what lines say of those that are there."""
    known = store.get_by_names(line.name for line in lines)
    now = now_ms()
    new = []
    for line in lines:
        old = known.get(line.name)
        if old is None:
            new.append(_new_role(line, now, scheme_id))
        else:
            description = old.description if line.description is None else line.description
            store.set_texts(old.id, line.display_name or old.display_name, description)
            if line.permissions is not None:
                store.set_permissions(old.id, line.permissions, now)
    store.insert(new)


def _new_role(line: RoleLine, now: int, scheme_id: str | None) -> Role:
    return Role(
        id=new_id(),
        name=line.name,
        display_name=line.display_name or line.name,
        description=line.description or "",
        create_at=now,
        update_at=now,
        permissions=line.permissions or [],
        scheme_managed=bool(line.scheme_managed),
        scheme_id=scheme_id,
    )


def line_of(role: Role) -> RoleLine:
    """Return a role as its line."""
    return RoleLine(
        name=role.name,
        display_name=role.display_name,
        description=role.description,
        permissions=sorted(role.permissions),
        scheme_managed=role.scheme_managed,
    )
