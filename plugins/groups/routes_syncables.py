"""Operations that have teams and channels belong to groups."""

from hubbub.core.contracts.channels import OPEN, ChannelService
from hubbub.core.contracts.groups import CUSTOM
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService
from hubbub.core.http import OK, Request, Router
from hubbub.plugins.groups.links_store import CHANNEL, TEAM, Kind, Link
from hubbub.plugins.groups.routes_custom import KeptElsewhere
from hubbub.plugins.groups.service import Groups
from hubbub.plugins.groups.syncables import LinkPatch, Syncables

_TEAM = "/api/v4/groups/{group_id}/teams/{team_id}"
_CHANNEL = "/api/v4/groups/{group_id}/channels/{channel_id}"


class NotOfADirectory(KeptElsewhere):
    message = "A custom group has no teams and channels of its own."


class SyncableRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, groups: Groups, syncables: Syncables) -> None:
        self._permissions = context.service(PermissionService)
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._groups = groups
        self._syncables = syncables

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post(f"{_TEAM}/link", self.link_team, status=201)
        router.delete(f"{_TEAM}/link", self.unlink_team)
        router.put(f"{_TEAM}/patch", self.patch_team)
        router.post(f"{_CHANNEL}/link", self.link_channel, status=201)
        router.delete(f"{_CHANNEL}/link", self.unlink_channel)
        router.put(f"{_CHANNEL}/patch", self.patch_channel)

    def link_team(self, req: Request, group_id: str, team_id: str) -> Link:
        """POST /groups/{group_id}/teams/{team_id}/link."""
        return self._syncables.link(TEAM, group_id, team_id, self._patch(req, TEAM, group_id, team_id))

    def link_channel(self, req: Request, group_id: str, channel_id: str) -> Link:
        """POST /groups/{group_id}/channels/{channel_id}/link."""
        return self._syncables.link(CHANNEL, group_id, channel_id, self._patch(req, CHANNEL, group_id, channel_id))

    def patch_team(self, req: Request, group_id: str, team_id: str) -> Link:
        """PUT /groups/{group_id}/teams/{team_id}/patch."""
        return self._syncables.patch(TEAM, group_id, team_id, self._patch(req, TEAM, group_id, team_id))

    def patch_channel(self, req: Request, group_id: str, channel_id: str) -> Link:
        """PUT /groups/{group_id}/channels/{channel_id}/patch."""
        return self._syncables.patch(CHANNEL, group_id, channel_id, self._patch(req, CHANNEL, group_id, channel_id))

    def unlink_team(self, req: Request, group_id: str, team_id: str) -> object:
        """DELETE /groups/{group_id}/teams/{team_id}/link."""
        self._require(req.session, TEAM, group_id, team_id)
        self._syncables.unlink(TEAM, group_id, team_id)
        return OK

    def unlink_channel(self, req: Request, group_id: str, channel_id: str) -> object:
        """DELETE /groups/{group_id}/channels/{channel_id}/link."""
        self._require(req.session, CHANNEL, group_id, channel_id)
        self._syncables.unlink(CHANNEL, group_id, channel_id)
        return OK

    def _patch(self, req: Request, kind: Kind, group_id: str, object_id: str) -> LinkPatch:
        """Return what a link is to do, for who may say so."""
        patch = req.read(LinkPatch, name="syncable") if req.content_length else LinkPatch()
        self._require(req.session, kind, group_id, object_id)
        if patch.scheme_admin is not None:
            # SECURITY: who may only add people must not make administrators of a whole group.
            self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS)
        return patch

    def _require(self, session: Session, kind: Kind, group_id: str, object_id: str) -> None:
        """Raise unless the session administers groups, or sees the group and adds people to the team or channel."""
        group = self._groups.get(group_id)
        if group.source == CUSTOM:
            raise NotOfADirectory(source=group.source)
        if self._permissions.has(session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_GROUPS):
            return
        if not group.allow_reference:
            self._permissions.require(session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_GROUPS)
        if kind is TEAM:
            self._permissions.require_team(session, self._teams.get(object_id).id, Permission.INVITE_USER)
            return
        public = self._channels.get(object_id).type == OPEN
        needed = Permission.MANAGE_PUBLIC_CHANNEL_MEMBERS if public else Permission.MANAGE_PRIVATE_CHANNEL_MEMBERS
        self._permissions.require_channel(session, object_id, needed)
