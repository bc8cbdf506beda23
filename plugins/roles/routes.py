"""Routes of roles."""

import re
from typing import Any, Final

from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, Role, RolePatch
from hubbub.core.contracts.sessions import Session
from hubbub.core.http.request import Request
from hubbub.plugins.roles.permissions import Permissions
from hubbub.plugins.roles.service import Roles

MAX_NAMES: Final = 100
_NAME: Final = re.compile(r"[a-z0-9_]{1,64}").fullmatch
_NEVER_HANDED_OUT: Final = frozenset(
    {
        Permission.MANAGE_ROLES,
        Permission.SYSCONSOLE_READ_USER_MANAGEMENT_SYSTEM_ROLES,
        Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_SYSTEM_ROLES,
    }
)
_CONSOLE_ROLES: Final = frozenset(
    {
        "system_user_manager",
        "system_read_only_admin",
        "system_manager",
        "shared_channel_manager",
        "secure_connection_manager",
    }
)


class TooManyNames(BadRequest):
    id = "api.roles.get_multiple_by_name_too_many.request_error"
    message = "At most {MaxNames} roles can be asked for at once."


class RoleRoutes:
    """Handlers of /api/v4/roles."""

    def __init__(self, roles: Roles, permissions: Permissions) -> None:
        self._roles = roles
        self._permissions = permissions

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get("/api/v4/roles", self.get_all_roles)
        router.get("/api/v4/roles/{role_id}", self.get_role)
        router.get("/api/v4/roles/name/{role_name}", self.get_role_by_name)
        router.post("/api/v4/roles/names", self.get_roles_by_names)
        router.put("/api/v4/roles/{role_id}/patch", self.patch_role)

    def get_all_roles(self, req: Request) -> list[Role]:
        """List every role, for administrators."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return self._roles.all()

    def get_role(self, req: Request, role_id: str) -> Role:
        """Return a role."""
        return self._roles.get(role_id)

    def get_role_by_name(self, req: Request, role_name: str) -> Role:
        """Return the role of a name."""
        return self._roles.get_by_name(role_name)

    def get_roles_by_names(self, req: Request) -> list[Role]:
        """Return the roles that exist among the names."""
        names = [name.strip() for name in req.read_list(str, name="rolenames")]
        if not names:
            raise InvalidBodyParam("rolenames")
        if len(names) > MAX_NAMES:
            raise TooManyNames(MaxNames=MAX_NAMES)
        for name in names:
            if name and not _NAME(name):
                raise InvalidBodyParam("rolename")
        return self._roles.get_by_names(name for name in names if name)

    def patch_role(self, req: Request, role_id: str) -> Role:
        """Change a role's permissions."""
        patch = req.read(RolePatch, name="role")
        role = self._roles.get(role_id)
        self._authorise(req.session, role, patch)
        return self._roles.patch(role_id, patch)

    def _authorise(self, session: Session, role: Role, patch: RolePatch) -> None:
        require = self._permissions.require
        if Permission.MANAGE_SYSTEM in role.permissions or role.name == "system_admin":
            require(session, Permission.MANAGE_SYSTEM)
        if role.name in _CONSOLE_ROLES:
            require(session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_SYSTEM_ROLES)
        else:
            require(session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_PERMISSIONS)
        wanted = role.permissions if patch.permissions is None else patch.permissions
        changed = set(wanted) ^ set(role.permissions)
        if changed & _NEVER_HANDED_OUT:
            raise NotImplementedYet(
                "These permissions can't be given to or taken from a role.",
                id="api.roles.patch_roles.not_allowed_permission.error",
            )
        # SECURITY: who administers roles without being a system admin must not hand out more than they hold.
        if not self._permissions.has(session, Permission.MANAGE_SYSTEM):
            for permission in changed - set(role.permissions):
                if not self._permissions.has(session, permission):
                    raise Forbidden(detailed_error=f"permission={permission}")
