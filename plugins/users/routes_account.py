"""Routes that administer an account: roles, activation, failed attempts."""

import re
from typing import Any, Final

import msgspec

from hubbub.core.contracts.auth import MAGIC_LINK
from hubbub.core.contracts.errors import Forbidden, InvalidBodyParam, NotImplementedYet, Unauthorized
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import User
from hubbub.core.http.reply import OK
from hubbub.core.http.request import Request
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.notices import Notices
from hubbub.plugins.users.service import Users

_ROLE: Final = re.compile(r"[a-z0-9_]{1,64}").fullmatch
_ADMIN: Final = "system_admin"


class Active(msgspec.Struct):
    """The body of PUT /users/{user_id}/active."""

    active: bool


class SelfDeactivationOff(Unauthorized):
    id = "api.user.update_active.not_enable.app_error"
    message = "People can't deactivate their own account on this server."


class ActivationDenied(Forbidden):
    id = "api.user.update_active.permissions.app_error"
    message = "You can't activate or deactivate this account."


class DeletionOff(Unauthorized):
    id = "api.user.delete_user.not_enabled.app_error"
    message = "Accounts can't be deleted for good over the API of this server."


class PermanentDeletionMissing(NotImplementedYet):
    message = "This server can't delete accounts for good yet; it deactivates them."


class ManagedElsewhere(Forbidden):
    id = "api.user.update_active.cannot_modify_status_when_user_is_managed_by_ldap.app_error"
    message = "This account follows the LDAP directory: let somebody in or out there."


class AttemptsDenied(Forbidden):
    id = "api.user.reset_password_failed_attempts.permissions.app_error"
    message = "You can't reset the failed attempts of this account."


class NoGuest(NotImplementedYet):
    id = "api.user.promote_guest_to_user.no_guest.app_error"
    message = "This account isn't a guest's."


class SignsInByLinks(NotImplementedYet):
    id = "api.user.promote_guest_to_user.magic_link_enabled.app_error"
    message = "This guest signs in by links that are sent by mail, which is for guests only."


class AlreadyGuest(NotImplementedYet):
    id = "api.user.demote_user_to_guest.already_guest.app_error"
    message = "This account is a guest's already."


class GuestsOff(NotImplementedYet):
    id = "api.team.demote_user_to_guest.disabled.error"
    message = "Guest accounts are turned off on this server (GuestAccountsSettings.Enable)."


class AccountRoutes:
    """Handlers of /users/{user_id}/roles, /active and the like."""

    def __init__(self, context: PluginContext, users: Users, access: Access, notices: Notices) -> None:
        self._context = context
        self._users = users
        self._permissions = access.permissions
        self._notices = notices

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.put("/api/v4/users/{user_id}/roles", self.update_roles)
        router.put("/api/v4/users/{user_id}/active", self.update_active)
        router.delete("/api/v4/users/{user_id}", self.delete_user)
        router.post("/api/v4/users/{user_id}/reset_failed_attempts", self.reset_failed_attempts)
        router.post("/api/v4/users/{user_id}/promote", self.promote)
        router.post("/api/v4/users/{user_id}/demote", self.demote)

    def update_roles(self, req: Request, user_id: str) -> dict[str, str]:
        """Set the system roles of an account."""
        names = req.read_map().get("roles", "").split()
        if not names or names == [_ADMIN] or not all(_ROLE(name) for name in names):
            raise InvalidBodyParam("roles")
        self._permissions.require(req.session, Permission.MANAGE_ROLES)
        if _ADMIN in names or _ADMIN in self._users.get(user_id).role_names():
            # SECURITY: only who is one may make, or unmake, a system admin.
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._users.set_roles(user_id, " ".join(names))
        return OK

    def update_active(self, req: Request, user_id: str) -> dict[str, str]:
        """Activate or deactivate an account."""
        active = req.read(Active, name="active").active
        user = self._users.get(user_id)
        itself = user_id == req.user_id
        if itself and not active and not self._context.config.TeamSettings.EnableUserDeactivation:
            raise SelfDeactivationOff
        if not (itself and not active):
            self._require_admin_of(req, user)
        ldap = self._context.config.LdapSettings
        if user.auth_service == "ldap" and ldap.Enable and ldap.EnableSync:
            raise ManagedElsewhere
        if active and user.is_guest and not self._context.config.GuestAccountsSettings.Enable:
            raise Unauthorized(
                "Guest accounts are turned off on this server.",
                id="api.user.update_active.cannot_enable_guest_when_guest_feature_is_disabled.app_error",
            )
        self._users.set_active(user_id, active)
        if itself and not active:
            self._notices.deactivated(user)
        return OK

    def _require_admin_of(self, req: Request, user: User) -> None:
        needed = Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS
        if _ADMIN in user.role_names():
            needed = Permission.MANAGE_SYSTEM
        if not self._permissions.has(req.session, needed):
            raise ActivationDenied(detailed_error=f"permission={needed}")

    def delete_user(self, req: Request, user_id: str) -> dict[str, str]:
        """Deactivate an account."""
        self._permissions.require_user(req.session, user_id)
        config = self._context.config
        is_admin = self._permissions.has(req.session, Permission.MANAGE_SYSTEM)
        if user_id == req.user_id and not config.TeamSettings.EnableUserDeactivation and not is_admin:
            raise SelfDeactivationOff
        if req.query_bool("permanent"):
            if not config.ServiceSettings.EnableAPIUserDeletion or not is_admin:
                raise DeletionOff
            raise PermanentDeletionMissing
        self._users.set_active(user_id, False)
        return OK

    def reset_failed_attempts(self, req: Request, user_id: str) -> dict[str, str]:
        """Let somebody sign in again who gave a wrong password too often."""
        target = self._users.get(user_id)
        needed = Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_USERS
        self._permissions.require(req.session, needed)
        if _ADMIN in target.role_names() and not self._permissions.has(req.session, Permission.MANAGE_SYSTEM):
            raise AttemptsDenied
        self._users.reset_failed_attempts(user_id)
        return OK

    def promote(self, req: Request, user_id: str) -> dict[str, str]:
        """Make a user of a guest: their memberships follow, and they join the default channels."""
        self._permissions.require(req.session, Permission.PROMOTE_GUEST)
        user = self._users.get(user_id)
        if not user.is_guest:
            raise NoGuest
        if user.auth_service == MAGIC_LINK:
            raise SignsInByLinks
        self._users.set_roles(user_id, _replaced(user, "system_guest", "system_user"))
        return OK

    def demote(self, req: Request, user_id: str) -> dict[str, str]:
        """Make a guest of a user."""
        if not self._context.config.GuestAccountsSettings.Enable:
            raise GuestsOff
        self._permissions.require(req.session, Permission.DEMOTE_TO_GUEST)
        user = self._users.get(user_id)
        if _ADMIN in user.role_names():
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        if user.is_guest:
            raise AlreadyGuest
        self._users.set_roles(user_id, "system_guest")
        return OK


def _replaced(user: User, old: str, new: str) -> str:
    return " ".join(new if name == old else name for name in user.role_names())
