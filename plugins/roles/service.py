"""The rules of roles: `RoleService`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from hubbub.core import json
from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.permissions import Permission, Role, RoleNotFound, RolePatch
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.realtime import Broadcast, Event
from hubbub.plugins.roles import moderation
from hubbub.plugins.roles.schemes_store import SchemeStore
from hubbub.plugins.roles.store import RoleStore

_KNOWN: Final = frozenset(str(permission) for permission in Permission)


class UnknownPermission(BadRequest):
    """A role can't hold a permission that doesn't exist."""

    id = "app.role.save.invalid_role.app_error"
    message = "There is no permission called {name}."


class Roles:
    """`RoleService`, cached by name."""

    def __init__(self, context: PluginContext, store: RoleStore, schemes: SchemeStore) -> None:
        self._context = context
        self._store = store
        self._schemes = schemes
        self._by_name = context.cache("roles", max_items=5_000, ttl_s=1_800)
        self._changed: list[Callable[[], None]] = []

    def on_change(self, callback: Callable[[], None]) -> None:
        """Have `callback()` called when a role changes in this worker."""
        self._changed.append(callback)

    def get(self, role_id: str) -> Role:
        """Return a role. Raises `RoleNotFound`."""
        role = self._stored(role_id)
        return moderation.merged({role.name: role}, self._store)[role.name]

    def _stored(self, role_id: str) -> Role:
        role = self._store.get(role_id)
        if role is None:
            raise RoleNotFound
        return role

    def get_by_name(self, name: str) -> Role:
        """Return the role of a name. Raises `RoleNotFound`."""
        role = self._find([name]).get(name)
        if role is None:
            raise RoleNotFound(id="app.role.get_by_name.app_error")
        return role

    def get_by_names(self, names: Iterable[str]) -> list[Role]:
        """Return the roles that exist among the names, in their order."""
        wanted = list(dict.fromkeys(names))
        found = self._find(wanted)
        return [found[name] for name in wanted if name in found]

    def _find(self, names: list[str]) -> dict[str, Role]:
        return self._by_name.get_many(names, self._load)

    def _load(self, names: Iterable[str]) -> dict[str, Role]:
        return moderation.merged(self._store.get_by_names(names), self._store)

    def all(self) -> list[Role]:
        """Return every role, by name."""
        return self._store.all()

    def forget_all(self) -> None:
        """Have every role, and what follows from it, read again in every worker."""
        self._by_name.invalidate_all()
        for callback in self._changed:
            callback()

    def insert(self, roles: Iterable[Role]) -> None:
        """Store the roles of a new scheme."""
        self._store.insert(roles)

    def patch(self, role_id: str, patch: RolePatch) -> Role:
        """Change a role's permissions, in every worker, and publish `role_updated`."""
        role = self._stored(role_id)
        if patch.permissions is None:
            return role
        permissions = list(dict.fromkeys(patch.permissions))
        for name in permissions:
            if name not in _KNOWN and name not in role.permissions:
                raise UnknownPermission(name=name)
        return self._set_permissions(role, permissions)

    def set_moderated(self, name: str, permissions: list[str]) -> None:
        """Set what a role of a channel's scheme grants of what can be moderated, if that is something else."""
        role = self._store.get_by_names([name]).get(name)
        if role is not None and set(role.permissions) != set(permissions):
            self._set_permissions(role, permissions)

    def _set_permissions(self, role: Role, permissions: list[str]) -> Role:
        changed = msgspec.structs.replace(role, permissions=permissions, update_at=max(now_ms(), role.update_at + 1))
        with self._context.db.transaction():
            self._store.set_permissions(role.id, permissions, changed.update_at)
            # Roles of channel schemes depend on others: all are read again.
            self.forget_all()
            for event in self._events(changed):
                self._context.publish(event)
        return changed

    def _events(self, role: Role) -> Iterator[Event]:
        """Yield `role_updated` for the role and for those of channel schemes over which it rules."""
        if role.built_in or not role.scheme_managed:
            yield _updated(role)
            kind = role.name.removeprefix("channel_")
            kinds, team_role = ([kind] if f"channel_{kind}" == role.name else []), ""
        else:
            yield from self._scheme_events(role.name)
            kinds, team_role = ["guest", "user", "admin"], role.name
        if kinds and self._schemes.any_of_channels():
            for kind in kinds:
                for name in self._schemes.names_below(kind, team_role):
                    yield from self._scheme_events(name)

    def _scheme_events(self, name: str) -> Iterator[Event]:
        """Yield an event for each team and channel that has the scheme to which the role belongs."""
        teams, channels = self._schemes.audience(name)
        if teams or channels:
            role = self.get_by_name(name)
            for team_id in teams:
                yield _updated(role, Broadcast(team_id=team_id))
            for channel_id in channels:
                yield _updated(role, Broadcast(channel_id=channel_id))


def _updated(role: Role, broadcast: Broadcast | None = None) -> Event:
    return Event(name="role_updated", data={"role": json.encode_str(role)}, broadcast=broadcast or Broadcast())
