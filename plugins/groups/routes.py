"""Operations that read groups."""

from msgspec import UNSET

from hubbub.core.contracts.channels import OPEN, ChannelService
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, InvalidUrlParam, NotFound
from hubbub.core.contracts.groups import CUSTOM, Group
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import UserService
from hubbub.core.http import Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.groups.records import Extras, GroupFilter
from hubbub.plugins.groups.service import Groups

MAX_NAMES = 1000
_READ = Permission.SYSCONSOLE_READ_USER_MANAGEMENT_GROUPS


class CustomGroupsOff(BadRequest):
    id = "api.custom_groups.feature_disabled"
    message = "Custom groups are turned off on this server (ServiceSettings.EnableCustomGroups)."


class GroupRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, groups: Groups) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._channels = context.service(ChannelService)
        self._users = context.service(UserService)
        self._groups = groups

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/groups", self.find)
        router.post("/api/v4/groups/names", self.by_names)
        router.get("/api/v4/groups/{group_id}", self.get)
        router.get("/api/v4/groups/{group_id}/stats", self.stats)
        router.get("/api/v4/groups/{group_id}/members", self.members)
        router.get("/api/v4/users/{user_id}/groups", self.of_user)

    def find(self, req: Request) -> list[Group]:
        """GET /groups: who doesn't administer groups finds those that can be mentioned."""
        wanted = GroupFilter(
            q=req.query("q"),
            source=req.query("group_source"),
            not_custom=self._hides_custom() or req.query_bool("only_syncable_sources"),
            mentionable=req.query_bool("filter_allow_reference") or not self._permissions.has(req.session, _READ),
            not_team_id=_id(req, "not_associated_to_team"),
            not_channel_id=_id(req, "not_associated_to_channel"),
            member_id=req.user_id if req.query("filter_has_member") == "me" else _id(req, "filter_has_member"),
            since=req.query_int("since", minimum=0),
            archived=_archived(req),
        )
        if req.query_bool("filter_parent_team_permitted"):
            wanted.permitted_by_team_of = wanted.not_channel_id
        extras = _extras(req)
        self._require(req.session, wanted, extras)
        page = req.page()
        return self._groups.count_for(self._groups.store.find(wanted, offset=page.offset, limit=page.limit), extras)

    def _hides_custom(self) -> bool:
        return not self._context.config.ServiceSettings.EnableCustomGroups

    def _require(self, session: Session, wanted: GroupFilter, extras: Extras) -> None:
        """Raise unless the session may look into these teams and channels."""
        if wanted.not_team_id:
            self._permissions.require_team(session, wanted.not_team_id, Permission.VIEW_TEAM)
        if wanted.not_channel_id:
            channel = self._channels.get(wanted.not_channel_id)
            public = channel.type == OPEN
            needed = Permission.MANAGE_PUBLIC_CHANNEL_MEMBERS if public else Permission.MANAGE_PRIVATE_CHANNEL_MEMBERS
            self._permissions.require_channel(session, channel.id, needed)
        if extras.channel_id:
            self._permissions.require_channel(session, extras.channel_id, Permission.READ_CHANNEL)

    def by_names(self, req: Request) -> list[Group]:
        """POST /groups/names."""
        names = req.read_list(str, name="group_names", max_items=MAX_NAMES)
        if not names:
            raise InvalidBodyParam("group_names")
        mentionable = not self._permissions.has(req.session, _READ)
        return self._groups.store.find(
            GroupFilter(names=names, mentionable=mentionable, not_custom=self._hides_custom())
        )

    def _readable(self, req: Request, group_id: str) -> Group:
        """Return a group that the session may see: a custom one, or as an administrator any."""
        group = self._groups.get(group_id)
        if group.source != CUSTOM:
            self._permissions.require(req.session, _READ)
        elif self._hides_custom():
            raise CustomGroupsOff
        return group

    def get(self, req: Request, group_id: str) -> Group:
        """GET /groups/{group_id}."""
        group = self._readable(req, group_id)
        extras = Extras(member_count=req.query_bool("include_member_count"))
        return self._groups.count_for([group], extras)[0]

    def stats(self, req: Request, group_id: str) -> object:
        """GET /groups/{group_id}/stats."""
        group = self._groups.count_for([self._readable(req, group_id)], Extras(member_count=True))[0]
        return {"group_id": group.id, "total_member_count": group.member_count}

    def members(self, req: Request, group_id: str) -> object:
        """GET /groups/{group_id}/members."""
        group = self._readable(req, group_id)
        if group.delete_at:
            raise NotFound("The group is archived.", id="app.group.no_rows")
        page = req.page()
        ids = self._groups.store.page_of_members(group_id, offset=page.offset, limit=page.limit)
        visible = self._users.can_see(req.user_id, ids)
        users = self._users.get_many(ids)
        full = self._permissions.has(req.session, Permission.MANAGE_SYSTEM)
        shown = [
            self._users.sanitize(users[user_id], viewer_id=req.user_id, full=full)
            for user_id in ids
            if user_id in users and user_id in visible
        ]
        counted = self._groups.count_for([group], Extras(member_count=True))[0].member_count
        return {"members": shown, "total_member_count": 0 if counted is UNSET else counted}

    def of_user(self, req: Request, user_id: str) -> list[Group]:
        """GET /users/{user_id}/groups."""
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        mentionable = not self._permissions.has(req.session, _READ)
        return self._groups.store.find(
            GroupFilter(member_id=user_id, mentionable=mentionable, not_custom=self._hides_custom())
        )


def _id(req: Request, name: str) -> str:
    value = req.query(name)
    if value and not is_valid_id(value):
        raise InvalidUrlParam(name)
    return value


def _archived(req: Request) -> bool | None:
    if req.query_bool("filter_archived"):
        return True
    return None if req.query_bool("include_archived") else False


def _extras(req: Request) -> Extras:
    return Extras(
        member_count=req.query_bool("include_member_count"),
        member_ids=req.query_bool("include_member_ids"),
        channel_id=_id(req, "include_channel_member_count"),
        timezones=req.query_bool("include_timezones"),
    )
