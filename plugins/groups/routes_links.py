"""Operations on teams and channels that belong to groups."""

import msgspec

from hubbub.core.contracts.channels import OPEN, ChannelService
from hubbub.core.contracts.errors import InvalidUrlParam, NotFound
from hubbub.core.contracts.groups import Group
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamService
from hubbub.core.contracts.users import UserService
from hubbub.core.http import Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.groups.links_store import CHANNEL, TEAM, Kind, Link, LinkStore
from hubbub.plugins.groups.records import Extras, GroupFilter
from hubbub.plugins.groups.service import Groups

_READ = Permission.SYSCONSOLE_READ_USER_MANAGEMENT_GROUPS


class LinkNotFound(NotFound):
    id = "app.group.no_rows"
    message = "The group has nothing to do with it."


class LinkRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, groups: Groups, links: LinkStore) -> None:
        self._permissions = context.service(PermissionService)
        self._channels = context.service(ChannelService)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._groups = groups
        self._links = links

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/groups/{group_id}/teams", self.teams)
        router.get("/api/v4/groups/{group_id}/teams/{team_id}", self.team)
        router.get("/api/v4/groups/{group_id}/channels", self.channels)
        router.get("/api/v4/groups/{group_id}/channels/{channel_id}", self.channel)
        router.get("/api/v4/teams/{team_id}/groups", self.of_team)
        router.get("/api/v4/teams/{team_id}/groups_by_channels", self.by_channels)
        router.get("/api/v4/channels/{channel_id}/groups", self.of_channel)
        router.get("/api/v4/channels/{channel_id}/member_counts_by_group", self.counts_in_channel)
        router.get("/api/v4/teams/{team_id}/members_minus_group_members", self.team_outsiders)
        router.get("/api/v4/channels/{channel_id}/members_minus_group_members", self.channel_outsiders)

    def teams(self, req: Request, group_id: str) -> list[Link]:
        """GET /groups/{group_id}/teams."""
        self._permissions.require(req.session, _READ)
        return self._links.teams(self._groups.get(group_id).id)

    def channels(self, req: Request, group_id: str) -> list[Link]:
        """GET /groups/{group_id}/channels."""
        self._permissions.require(req.session, _READ)
        return self._links.channels(self._groups.get(group_id).id)

    def team(self, req: Request, group_id: str, team_id: str) -> Link:
        """GET /groups/{group_id}/teams/{team_id}."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return _only(self._links.teams(group_id, team_id))

    def channel(self, req: Request, group_id: str, channel_id: str) -> Link:
        """GET /groups/{group_id}/channels/{channel_id}."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        return _only(self._links.channels(group_id, channel_id))

    def of_team(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/groups."""
        self._teams.get(team_id)
        self._permissions.require_team(req.session, team_id, Permission.LIST_TEAM_CHANNELS)
        answer = self._associated(req, GroupFilter(team_id=team_id))
        admins = self._links.admins([group.id for group in answer], team_id=team_id)
        return self._with_admins(req, answer, admins, GroupFilter(team_id=team_id))

    def of_channel(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/groups."""
        channel = self._channels.get(channel_id)
        needed = (
            Permission.READ_PUBLIC_CHANNEL_GROUPS if channel.type == OPEN else Permission.READ_PRIVATE_CHANNEL_GROUPS
        )
        self._permissions.require_channel(req.session, channel_id, needed)
        answer = self._associated(req, GroupFilter(channel_id=channel_id))
        admins = self._links.admins([group.id for group in answer], channel_id=channel_id)
        return self._with_admins(req, answer, admins, GroupFilter(channel_id=channel_id))

    def _narrowed(self, req: Request, wanted: GroupFilter) -> GroupFilter:
        wanted.q = req.query("q")
        wanted.mentionable = req.query_bool("filter_allow_reference") or not self._permissions.has(req.session, _READ)
        return wanted

    def _associated(self, req: Request, wanted: GroupFilter) -> list[Group]:
        page = req.page()
        found = self._groups.store.find(self._narrowed(req, wanted), offset=page.offset, limit=page.limit)
        extras = Extras(
            member_count=req.query_bool("include_member_count"), member_ids=req.query_bool("include_member_ids")
        )
        return self._groups.count_for(found, extras)

    def _with_admins(self, req: Request, groups: list[Group], admins: set[str], wanted: GroupFilter) -> object:
        for group in groups:
            group.scheme_admin = group.id in admins
        return {"groups": groups, "total_group_count": self._groups.store.count(self._narrowed(req, wanted))}

    def by_channels(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/groups_by_channels: channel id to groups."""
        self._teams.get(team_id)
        self._permissions.require_team(req.session, team_id, Permission.LIST_TEAM_CHANNELS)
        mentionable = req.query_bool("filter_allow_reference") or not self._permissions.has(req.session, _READ)
        found: dict[str, list[Group]] = {}
        for channel_id, group in self._links.by_channels(team_id, mentionable=mentionable):
            found.setdefault(channel_id, []).append(group)
        if req.query_bool("paginate"):
            page = req.page()
            found = dict(list(found.items())[page.offset : page.offset + page.limit])
        return {"groups": found}

    def counts_in_channel(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/member_counts_by_group."""
        self._permissions.require_channel(req.session, channel_id, Permission.READ_CHANNEL)
        zones = req.query_bool("include_timezones")
        return [
            {
                "group_id": group_id,
                "channel_member_count": len(members),
                "channel_member_timezones_count": len({zone for zone in members if zone}) if zones else 0,
            }
            for group_id, members in sorted(self._groups.in_channel(channel_id).items())
        ]

    def team_outsiders(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/members_minus_group_members."""
        self._permissions.require(req.session, _READ)
        return self._outsiders(req, TEAM, self._teams.get(team_id).id)

    def channel_outsiders(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/members_minus_group_members."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS)
        return self._outsiders(req, CHANNEL, self._channels.get(channel_id).id)

    def _outsiders(self, req: Request, kind: Kind, object_id: str) -> object:
        group_ids = req.query("group_ids").split(",")
        if not all(is_valid_id(group_id) for group_id in group_ids):
            raise InvalidUrlParam("group_ids")
        page = req.page()
        found = self._links.outsiders(kind, object_id, group_ids, offset=page.offset, limit=page.limit)
        ids = [entry[0] for entry in found]
        users, groups = self._users.get_many(ids), self._groups.store.groups_of(ids)
        full = self._permissions.has(req.session, Permission.MANAGE_SYSTEM)
        shown = [
            {
                **msgspec.to_builtins(self._users.sanitize(users[user_id], viewer_id=req.user_id, full=full)),
                "groups": groups.get(user_id, []),
                "scheme_guest": guest,
                "scheme_user": user,
                "scheme_admin": admin,
            }
            for user_id, guest, user, admin in found
            if user_id in users
        ]
        return {"users": shown, "total_count": self._links.count_outsiders(kind, object_id, group_ids)}


def _only(links: list[Link]) -> Link:
    if not links:
        raise LinkNotFound
    return links[0]
