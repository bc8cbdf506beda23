"""Operations on groups of the directory."""

from typing import Any

import msgspec

from hubbub.core.contracts.errors import BadRequest, NotFound
from hubbub.core.contracts.groups import DirectoryGroups, Group
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.http.reply import Reply
from hubbub.plugins.auth_ldap.directory import Directory
from hubbub.plugins.auth_ldap.entries import LDAP
from hubbub.plugins.auth_ldap.errors import DirectoryError, GroupsAway
from hubbub.plugins.auth_ldap.groups import FoundGroup, LdapGroups
from hubbub.plugins.auth_ldap.service import Ldap

LIST_S = 30


class ShownGroup(msgspec.Struct, kw_only=True):
    """A group of the directory, and the one here that it is linked to."""

    name: str
    primary_key: str
    mattermost_group_id: str | None
    has_syncables: bool | None


class NoSuchGroup(NotFound):
    id = "api.ldap_group.not_found"
    message = "There is no group with this id in the directory (LdapSettings.GroupFilter, GroupIdAttribute)."


class NotOfTheDirectory(BadRequest):
    id = "api.user.add_user_to_group_syncables.not_ldap_user.app_error"
    message = "This account doesn't come from the directory: it is in none of its groups."


class LdapGroupRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, ldap: Ldap) -> None:
        self._permissions = context.service(PermissionService)
        self._users = context.service(UserService)
        self._groups = context.service(DirectoryGroups)
        self._ldap = ldap

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/ldap/groups", self.find)
        router.post("/api/v4/ldap/groups/{remote_id:text}/link", self.link)
        router.delete("/api/v4/ldap/groups/{remote_id:text}/link", self.unlink)
        router.post("/api/v4/ldap/users/{user_id}/group_sync_memberships", self.add_to_syncables)

    def find(self, req: Request) -> object:
        """GET /ldap/groups?q&is_linked&is_configured: by name, a page at a time."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_GROUPS)
        self._ldap.require_enabled()
        linked = {group.remote_id: group for group in self._groups.of_source(LDAP)}
        shown = [_shown(found, linked.get(found.remote_id)) for found in self._asked(LdapGroups.all)]
        words = req.query("q").strip().lower()
        shown = [group for group in shown if words in group.name.lower()]
        if req.query("is_linked"):
            wanted = req.query_bool("is_linked")
            shown = [group for group in shown if (group.mattermost_group_id is not None) is wanted]
        if req.query("is_configured"):
            wanted = req.query_bool("is_configured")
            shown = [group for group in shown if bool(group.has_syncables) is wanted]
        page = req.page()
        return {"count": len(shown), "groups": shown[page.offset : page.offset + page.limit]}

    def _asked(self, ask: Any) -> Any:
        """Return what the directory's groups answer, in time. Raises `GroupsAway`."""
        directory: Directory | None = None
        try:
            directory = self._ldap.directory()
            with directory.in_time(LIST_S):
                return ask(LdapGroups(directory, self._ldap.settings))
        except DirectoryError as error:
            raise GroupsAway(why=error.text) from None

    def link(self, req: Request, remote_id: str) -> Reply:
        """POST /ldap/groups/{remote_id}/link: its members come with the next synchronisation."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS)
        self._ldap.require_enabled()
        found: FoundGroup | None = self._asked(lambda groups: groups.one(remote_id))
        if found is None:
            raise NoSuchGroup
        group, is_new = self._groups.link(LDAP, found.remote_id, found.name)
        return Reply(group, status=201 if is_new else 200)

    def unlink(self, req: Request, remote_id: str) -> object:
        """DELETE /ldap/groups/{remote_id}/link."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS)
        self._groups.unlink(LDAP, remote_id)
        return OK

    def add_to_syncables(self, req: Request, user_id: str) -> object:
        """POST /ldap/users/{user_id}/group_sync_memberships: also what they have left."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS)
        user = self._users.get(user_id)
        if user.auth_service not in (LDAP, "saml"):
            raise NotOfTheDirectory
        self._groups.sync_memberships(user_id=user_id, readd=True)
        return OK


def _shown(found: FoundGroup, linked: Group | None) -> ShownGroup:
    return ShownGroup(
        name=found.name,
        primary_key=found.remote_id,
        mattermost_group_id=None if linked is None else linked.id,
        has_syncables=None if linked is None else linked.has_syncables,
    )
