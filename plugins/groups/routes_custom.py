"""Operations that make and change groups."""

import msgspec

from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, NotImplementedYet
from hubbub.core.contracts.groups import CUSTOM, Group, GroupMember
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import Request, Router
from hubbub.plugins.groups.routes import CustomGroupsOff
from hubbub.plugins.groups.service import GroupPatch, Groups, NewGroup, NotReferenceable

MAX_MEMBERS = 10_000
MEMBERS_ROLE = "custom_group_user"


class UserIds(msgspec.Struct):
    user_ids: list[str] = msgspec.field(default_factory=list)


class KeptElsewhere(NotImplementedYet):
    id = "app.group.crud_permission"
    message = "Only custom groups can be changed here: this one is kept by {source}."


class CustomGroupRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, groups: Groups) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._groups = groups

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/groups", self.create, status=201)
        router.put("/api/v4/groups/{group_id}/patch", self.patch)
        router.delete("/api/v4/groups/{group_id}", self.archive)
        router.post("/api/v4/groups/{group_id}/restore", self.restore)
        router.post("/api/v4/groups/{group_id}/members", self.add_members)
        router.delete("/api/v4/groups/{group_id}/members", self.remove_members)

    def _require_on(self) -> None:
        if not self._context.config.ServiceSettings.EnableCustomGroups:
            raise CustomGroupsOff

    def create(self, req: Request) -> Group:
        """POST /groups."""
        new = req.read(NewGroup, name="group")
        if new.source != CUSTOM:
            raise BadRequest("Only groups of the source custom can be made.", id="app.group.crud_permission")
        self._require_on()
        self._permissions.require(req.session, Permission.CREATE_CUSTOM_GROUP)
        if not new.allow_reference:
            raise NotReferenceable
        if new.remote_id:
            raise BadRequest("A custom group has no remote_id.", id="api.custom_groups.no_remote_id")
        return self._groups.create(new)

    def _custom(self, req: Request, group_id: str, permission: Permission) -> Group:
        """Return a custom group that the session may change: by its own roles, or as a member."""
        group = self._groups.get(group_id)
        if group.source != CUSTOM:
            raise KeptElsewhere(source=group.source)
        self._require_on()
        if not self._permissions.has(req.session, permission):
            granted = self._permissions.roles_grant([MEMBERS_ROLE], permission)
            if not granted or not self._groups.store.members(group_id, [req.user_id]):
                self._permissions.require(req.session, permission)
        return group

    def patch(self, req: Request, group_id: str) -> Group:
        """PUT /groups/{group_id}/patch: of groups of other sources administrators change the name."""
        patch = req.read(GroupPatch, name="group")
        if self._groups.get(group_id).source != CUSTOM:
            self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS)
        else:
            self._custom(req, group_id, Permission.EDIT_CUSTOM_GROUP)
        return self._groups.patch(group_id, patch)

    def archive(self, req: Request, group_id: str) -> Group:
        """DELETE /groups/{group_id}."""
        group = self._custom(req, group_id, Permission.DELETE_CUSTOM_GROUP)
        return group if group.delete_at else self._groups.archive(group_id)

    def restore(self, req: Request, group_id: str) -> Group:
        """POST /groups/{group_id}/restore."""
        group = self._custom(req, group_id, Permission.RESTORE_CUSTOM_GROUP)
        return self._groups.restore(group_id) if group.delete_at else group

    def _user_ids(self, req: Request) -> list[str]:
        ids = req.read(UserIds, name="user_ids").user_ids
        if not ids or len(ids) > MAX_MEMBERS:
            raise InvalidBodyParam("user_ids")
        return ids

    def add_members(self, req: Request, group_id: str) -> list[GroupMember]:
        """POST /groups/{group_id}/members."""
        ids = self._user_ids(req)
        self._custom(req, group_id, Permission.MANAGE_CUSTOM_GROUP_MEMBERS)
        return self._groups.add_members(group_id, ids)

    def remove_members(self, req: Request, group_id: str) -> list[GroupMember]:
        """DELETE /groups/{group_id}/members."""
        ids = self._user_ids(req)
        self._custom(req, group_id, Permission.MANAGE_CUSTOM_GROUP_MEMBERS)
        return self._groups.remove_members(group_id, ids)
