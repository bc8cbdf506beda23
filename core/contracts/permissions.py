"""Roles and permissions: who may do what, in the system, a team or a channel."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

import msgspec

from hubbub.core.contracts.errors import NotFound
from hubbub.core.contracts.permission_names import Permission
from hubbub.core.contracts.sessions import Session

__all__ = [
    "MemberRoles",
    "Permission",
    "PermissionService",
    "Role",
    "RoleNotFound",
    "RolePatch",
    "RoleService",
    "effective_roles",
]


_KINDS: Final = ("guest", "user", "admin")
_BUILT_IN: Final = ("", "", "")


class Role(msgspec.Struct, kw_only=True):
    """A named set of permissions. Shared between requests: never change it."""

    id: str
    name: str
    display_name: str = ""
    description: str = ""
    create_at: int = 0
    update_at: int = 0
    delete_at: int = 0
    permissions: list[str] = msgspec.field(default_factory=list)
    scheme_managed: bool = False
    built_in: bool = False
    scheme_id: str | None = None


class RolePatch(msgspec.Struct, kw_only=True):
    """New permissions of a role; None leaves them."""

    permissions: list[str] | None = None


class RoleNotFound(NotFound):
    id = "app.role.get.app_error"
    message = "There is no such role."


def effective_roles(
    scope: str, explicit: str, *, user: bool, admin: bool, guest: bool, scheme: Sequence[str | None] = _BUILT_IN
) -> str:
    """Return a membership's scheme roles and explicit roles as one text; `scope` is "team" or "channel".

    `scheme` has the names that a scheme gives to the roles guest, user and admin; None or "" for the built-in name.
    Databases of old versions hold scheme roles as explicit ones: each is named once.
    """
    if user and not (explicit or admin or guest):
        return scheme[1] or f"{scope}_user"  # nearly everybody
    names = explicit.split()
    flags = zip((guest, user, admin), scheme, _KINDS, strict=True)
    names += [name or f"{scope}_{kind}" for wanted, name, kind in flags if wanted]
    return " ".join(dict.fromkeys(names))


class RoleService(Protocol):
    """Roles, seeded with the defaults at the first start."""

    def get(self, role_id: str) -> Role:
        """Return a role. Raises `RoleNotFound`."""

    def get_by_name(self, name: str) -> Role:
        """Return the role of a name. Raises `RoleNotFound`. Cached."""

    def get_by_names(self, names: Iterable[str]) -> list[Role]:
        """Return the roles that exist among the names. Cached."""

    def all(self) -> list[Role]:
        """Return every role."""

    def patch(self, role_id: str, patch: RolePatch) -> Role:
        """Change a role's permissions, in every worker, and publish `role_updated`."""


class MemberRoles(msgspec.Struct, frozen=True):
    """Contributed by the plugin that owns a scope: how its members' roles are found (hook `register_member_roles`).

    `scope` is "team" or "channel". `roles_of(user_id, object_id)` returns the effective role names of the member
    (scheme roles first), an empty tuple for somebody who is not a member. `parent_of(object_id)` returns the id
    in the next wider scope ("" when there is none, as for direct channels; None when the object doesn't exist).
    Both must be cached by the owner: they are called for every request.
    """

    scope: str
    roles_of: Callable[[str, str], tuple[str, ...]]
    parent_of: Callable[[str], str | None]


class PermissionService(Protocol):
    """Decides. System roles count everywhere; team roles in the team's channels; channel roles in the channel."""

    def has(self, session: Session, permission: str) -> bool:
        """Say whether the session's system roles grant it. A dictionary look-up."""

    def has_team(self, session: Session, team_id: str, permission: str) -> bool:
        """Say whether the team membership or the system roles grant it. False for a team that isn't there."""

    def has_channel(self, session: Session, channel_id: str, permission: str) -> bool:
        """Say whether channel membership, then team membership, then system roles grant it."""

    def has_user(self, session: Session, user_id: str) -> bool:
        """Say whether the session is that user's own or may edit other users (admins only by higher admins)."""

    def require(self, session: Session, *permissions: str) -> None:
        """Raise `PermissionDenied` unless system roles grant one of them."""

    def require_team(self, session: Session, team_id: str, *permissions: str) -> None:
        """Raise `PermissionDenied` unless one of them is granted in the team."""

    def require_channel(self, session: Session, channel_id: str, *permissions: str) -> None:
        """Raise `PermissionDenied` unless one of them is granted in the channel."""

    def require_user(self, session: Session, user_id: str) -> None:
        """Raise `PermissionDenied` (edit_other_users) unless `has_user`."""

    def roles_grant(self, role_names: Iterable[str], permission: str) -> bool:
        """Say whether one of the roles grants it."""
