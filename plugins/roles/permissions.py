"""The decision who may do what: `PermissionService`.

Asked several times per request, so a decision is a few dictionary look-ups: the permissions of each combination of
roles that occurs are kept as one frozenset.
"""

from collections.abc import Iterable
from typing import Final

from hubbub.core.contracts.errors import PermissionDenied
from hubbub.core.contracts.permissions import MemberRoles, Permission, Role
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.plugins.roles.service import Roles

_NOTHING: Final[frozenset[str]] = frozenset()
_MANAGE_SYSTEM: Final = str(Permission.MANAGE_SYSTEM)
_EDIT_OTHER_USERS: Final = str(Permission.EDIT_OTHER_USERS)


class Permissions:
    """`PermissionService` over roles and over the memberships that other plugins contribute."""

    def __init__(self, context: PluginContext, roles: Roles) -> None:
        self._context = context
        self._roles = roles
        self._granted = context.cache("permissions", max_items=5_000, ttl_s=1_800)
        self._scopes: dict[str, MemberRoles] | None = None
        roles.on_change(self._granted.invalidate_all)

    # -- what roles grant

    def of(self, roles: str) -> frozenset[str]:
        """Return the permissions of roles whose names are separated by spaces."""
        granted: frozenset[str] = self._granted.get_or_load(roles, lambda *_: self._load(roles))
        return granted

    def _load(self, roles: str) -> frozenset[str]:
        found = self._roles.get_by_names(roles.split())
        return _NOTHING.union(*(role.permissions for role in found if _counts(role)))

    def roles_grant(self, role_names: Iterable[str], permission: str) -> bool:
        """Say whether one of the roles grants it."""
        return permission in self.of(" ".join(role_names))

    # -- decisions

    def has(self, session: Session, permission: str) -> bool:
        """Say whether the session's system roles grant it."""
        return session.local or permission in self.of(session.roles)

    def has_team(self, session: Session, team_id: str, permission: str) -> bool:
        """Say whether the team membership or the system roles grant it. False for a team that isn't there."""
        if session.local:
            return True
        team = self._scope("team")
        if not team_id or team is None or team.parent_of(team_id) is None:
            return False
        if self._member_has(team, session.user_id, team_id, permission):
            return True
        return permission in self.of(session.roles)

    def has_channel(self, session: Session, channel_id: str, permission: str) -> bool:
        """Say whether channel membership, then team membership, then system roles grant it.

        A channel that isn't there is refused to everybody, also to administrators.
        """
        if session.local:
            return True
        channel = self._scope("channel")
        team_id = channel.parent_of(channel_id) if channel is not None and channel_id else None
        if channel is None or team_id is None:
            return False
        if self._member_has(channel, session.user_id, channel_id, permission):
            return True
        granted = self.of(session.roles)
        if _MANAGE_SYSTEM in granted:
            return True
        return self.has_team(session, team_id, permission) if team_id else permission in granted

    def _member_has(self, scope: MemberRoles, user_id: str, object_id: str, permission: str) -> bool:
        names = scope.roles_of(user_id, object_id)
        return bool(names) and permission in self.of(" ".join(names))

    def has_user(self, session: Session, user_id: str) -> bool:
        """Say whether the session is that user's own or may edit other users (admins only by higher admins)."""
        if session.local or session.user_id == user_id:
            return True
        granted = self.of(session.roles)
        if _MANAGE_SYSTEM in granted:
            return True
        return _EDIT_OTHER_USERS in granted and not self._is_admin(user_id)

    def _is_admin(self, user_id: str) -> bool:
        """Say whether the account holds manage_system, as the plugin with scope "system" knows; in doubt it does."""
        system = self._scope("system")
        if system is None:
            return True
        return self._member_has(system, user_id, "", _MANAGE_SYSTEM)

    def _scope(self, name: str) -> MemberRoles | None:
        """Return who knows the members of a scope; asked on first use, when every plugin is there."""
        scopes = self._scopes
        if scopes is None or name not in scopes:
            answers: list[MemberRoles] = self._context.hooks.ask_all("register_member_roles")
            scopes = self._scopes = {answer.scope: answer for answer in answers}
        return scopes.get(name)

    # -- the same, as a demand

    def require(self, session: Session, *permissions: str) -> None:
        """Raise `PermissionDenied` unless system roles grant one of them."""
        if not any(self.has(session, permission) for permission in permissions):
            raise PermissionDenied(*permissions)

    def require_team(self, session: Session, team_id: str, *permissions: str) -> None:
        """Raise `PermissionDenied` unless one of them is granted in the team."""
        if not any(self.has_team(session, team_id, permission) for permission in permissions):
            raise PermissionDenied(*permissions)

    def require_channel(self, session: Session, channel_id: str, *permissions: str) -> None:
        """Raise `PermissionDenied` unless one of them is granted in the channel."""
        if not any(self.has_channel(session, channel_id, permission) for permission in permissions):
            raise PermissionDenied(*permissions)

    def require_user(self, session: Session, user_id: str) -> None:
        """Raise `PermissionDenied` (edit_other_users) unless `has_user`."""
        if not self.has_user(session, user_id):
            raise PermissionDenied(_EDIT_OTHER_USERS)


def _counts(role: Role) -> bool:
    """Say whether a role grants anything: one that was deleted doesn't."""
    return role.delete_at == 0
