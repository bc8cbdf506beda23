"""Operations on who belongs to a channel."""

from collections.abc import Iterable

import msgspec

from hubbub.core import json
from hubbub.core.contracts.channels import OPEN, Channel, ChannelMember
from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamService, team_labels
from hubbub.core.contracts.threads import thread_service
from hubbub.core.http import NDJSON, OK, Request, Router, stream
from hubbub.core.ids import is_valid_id
from hubbub.plugins.channels.notify_props import check_notify_props
from hubbub.plugins.channels.schemes import ChannelSchemes
from hubbub.plugins.channels.service import Channels

MAX_ADDED = 1000


class AddBody(msgspec.Struct, kw_only=True):
    user_id: str = ""
    user_ids: list[str] = msgspec.field(default_factory=list)
    post_root_id: str = ""


class RolesBody(msgspec.Struct):
    roles: str


class SchemeRolesBody(msgspec.Struct):
    scheme_user: bool
    scheme_admin: bool
    scheme_guest: bool = False


class MemberRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, channels: Channels, schemes: ChannelSchemes) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._channels = channels
        self._members = channels.members
        self._schemes = schemes
        self._hooks = context.hooks

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/channels/{channel_id}/members", self.list_members)
        router.post("/api/v4/channels/{channel_id}/members", self.add, status=201)
        router.post("/api/v4/channels/{channel_id}/members/ids", self.by_ids)
        router.get("/api/v4/channels/{channel_id}/members/{user_id}", self.get)
        router.delete("/api/v4/channels/{channel_id}/members/{user_id}", self.remove)
        router.put("/api/v4/channels/{channel_id}/members/{user_id}/roles", self.set_roles)
        router.put("/api/v4/channels/{channel_id}/members/{user_id}/schemeRoles", self.set_scheme_roles)
        router.put("/api/v4/channels/{channel_id}/members/{user_id}/notify_props", self.set_notify_props)
        router.put("/api/v4/channels/{channel_id}/members/{user_id}/autotranslation", self.set_autotranslation)
        router.get("/api/v4/channels/{channel_id}/timezones", self.timezones)
        router.get("/api/v4/users/{user_id}/teams/{team_id}/channels/members", self.of_user_in_team)
        router.get("/api/v4/users/{user_id}/channel_members", self.of_user)

    def _require_read(self, req: Request, channel_id: str) -> None:
        self._permissions.require_channel(req.session, channel_id, Permission.READ_CHANNEL)

    def list_members(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/members."""
        self._require_read(req, channel_id)
        page = req.page()
        return self._members.visible(
            req.user_id, self._members.store.page(channel_id, offset=page.offset, limit=page.limit)
        )

    def by_ids(self, req: Request, channel_id: str) -> object:
        """POST /channels/{channel_id}/members/ids."""
        ids = req.read_list(str, name="user_ids", max_items=1000)
        if not ids:
            raise InvalidBodyParam("user_ids")
        self._require_read(req, channel_id)
        return self._members.visible(req.user_id, self._members.store.among(channel_id, ids))

    def get(self, req: Request, channel_id: str, user_id: str) -> object:
        """GET /channels/{channel_id}/members/{user_id}."""
        self._require_read(req, channel_id)
        return self._members.get(channel_id, user_id)

    def add(self, req: Request, channel_id: str) -> object:
        """POST /channels/{channel_id}/members: one user, or many (then a list is answered)."""
        body = req.read(AddBody, name="member")
        ids = list(dict.fromkeys(body.user_ids or [body.user_id]))
        if len(ids) > MAX_ADDED or not all(is_valid_id(user_id) for user_id in ids):
            raise InvalidBodyParam("user_ids" if body.user_ids else "user_id")
        channel = self._channels.get(channel_id)
        self._require_add(req.session, channel, ids)
        threads, root_id = thread_service(self._hooks), body.post_root_id
        if root_id:
            threads.require_thread(channel_id, root_id)
        members = [self._channels.add_member(channel_id, user_id, actor_id=req.user_id) for user_id in ids]
        if root_id:
            threads.follow_after_adding(ids, root_id)
        return members if body.user_ids else members[0]

    def _require_add(self, session: Session, channel: Channel, user_ids: list[str]) -> None:
        if channel.is_direct_or_group:
            raise BadRequest(
                "Nobody can be added to a direct or group channel.",
                id="api.channel.add_user_to_channel.type.app_error",
            )
        if channel.type == OPEN:
            if user_ids == [session.user_id]:
                self._permissions.require_team(session, channel.team_id, Permission.JOIN_PUBLIC_CHANNELS)
            else:
                self._permissions.require_channel(session, channel.id, Permission.MANAGE_PUBLIC_CHANNEL_MEMBERS)
        else:
            self._permissions.require_channel(session, channel.id, Permission.MANAGE_PRIVATE_CHANNEL_MEMBERS)

    def remove(self, req: Request, channel_id: str, user_id: str) -> object:
        """DELETE /channels/{channel_id}/members/{user_id}."""
        channel = self._channels.get(channel_id)
        if user_id != req.user_id and not channel.is_direct_or_group:
            needed = (
                Permission.MANAGE_PUBLIC_CHANNEL_MEMBERS
                if channel.type == OPEN
                else Permission.MANAGE_PRIVATE_CHANNEL_MEMBERS
            )
            self._permissions.require_channel(req.session, channel_id, needed)
        self._channels.remove_member(channel_id, user_id, actor_id=req.user_id)
        return OK

    def set_roles(self, req: Request, channel_id: str, user_id: str) -> object:
        """PUT /channels/{channel_id}/members/{user_id}/roles."""
        roles = req.read(RolesBody).roles
        self._permissions.require_channel(req.session, channel_id, Permission.MANAGE_CHANNEL_ROLES)
        self._members.set_roles(channel_id, user_id, roles, self._schemes.role_names(channel_id))
        return OK

    def set_scheme_roles(self, req: Request, channel_id: str, user_id: str) -> object:
        """PUT /channels/{channel_id}/members/{user_id}/schemeRoles."""
        body = req.read(SchemeRolesBody)
        self._permissions.require_channel(req.session, channel_id, Permission.MANAGE_CHANNEL_ROLES)
        self._members.set_scheme_roles(
            channel_id, user_id, guest=body.scheme_guest, user=body.scheme_user, admin=body.scheme_admin
        )
        return OK

    def set_notify_props(self, req: Request, channel_id: str, user_id: str) -> object:
        """PUT /channels/{channel_id}/members/{user_id}/notify_props."""
        props = req.read_map()
        self._permissions.require_user(req.session, user_id)
        check_notify_props(props)
        self._members.set_notify_props(channel_id, user_id, props)
        return OK

    def set_autotranslation(self, req: Request, channel_id: str, user_id: str) -> object:
        """PUT /channels/{channel_id}/members/{user_id}/autotranslation: refused, nothing here translates."""
        self._permissions.require_user(req.session, user_id)
        raise Forbidden(
            "This server doesn't translate messages.",
            id="api.channel.update_channel_member_autotranslation.feature_not_available.app_error",
        )

    def timezones(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/timezones: the zones of the members, each once."""
        self._require_read(req, channel_id)
        return sorted({zone for text in self._members.store.timezones(channel_id) if (zone := _zone(text))})

    def of_user_in_team(self, req: Request, user_id: str, team_id: str) -> object:
        """GET /users/{user_id}/teams/{team_id}/channels/members."""
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._members.store.of_user(user_id, team_id=team_id)

    def of_user(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/channel_members: a page, or with `page=-1` all of them, a JSON object a line."""
        self._permissions.require_user(req.session, user_id)
        if req.query("page") != "-1":
            page = req.page()
            return self._with_teams(self._members.store.of_user(user_id, offset=page.offset, limit=page.limit))
        rows = self._with_teams(self._members.store.of_user(user_id))
        return stream((json.encode(row) + b"\n" for row in rows), content_type=NDJSON)

    def _with_teams(self, members: Iterable[ChannelMember]) -> list[dict[str, object]]:
        listed = list(members)
        channels = self._channels.get_many(member.channel_id for member in listed)
        teams = self._teams.get_many({channel.team_id for channel in channels.values() if channel.team_id})
        shown = []
        for member in listed:
            channel = channels.get(member.channel_id)
            team = teams.get(channel.team_id) if channel else None
            shown.append(
                {
                    **msgspec.to_builtins(member),
                    **team_labels(team),
                }
            )
        return shown


def _zone(text: str) -> str:
    timezone = json.decode(text)
    if not isinstance(timezone, dict):
        return ""
    automatic = timezone.get("useAutomaticTimezone") != "false"
    return str(timezone.get("automaticTimezone" if automatic else "manualTimezone") or "")
