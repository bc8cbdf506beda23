"""Routes that list accounts."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User
from hubbub.core.http.reply import Reply
from hubbub.core.http.request import Request
from hubbub.core.ids import is_valid_id
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.directory import Directory
from hubbub.plugins.users.directory_store import SORTS, Filter
from hubbub.plugins.users.service import Users

MAX_IDS: Final = 10_000


class UsersStats(msgspec.Struct):
    """How many accounts there are."""

    total_users_count: int


class ListRoutes:
    """Handlers of lists and counts of accounts."""

    def __init__(self, directory: Directory, users: Users, access: Access) -> None:
        self._directory = directory
        self._users = users
        self._access = access

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.get("/api/v4/users", self.get_users)
        router.post("/api/v4/users/ids", self.get_users_by_ids)
        router.post("/api/v4/users/usernames", self.get_users_by_usernames)
        router.post("/api/v4/users/group_channels", self.get_users_by_group_channels)
        router.get("/api/v4/users/known", self.get_known_users)
        router.get("/api/v4/users/stats", self.get_stats)
        router.get("/api/v4/users/stats/filtered", self.get_filtered_stats)

    def get_users(self, req: Request) -> Reply:
        """List accounts, by user name or as `sort` says."""
        wanted = Filter(
            in_team=_id(req, "in_team"),
            not_in_team=_id(req, "not_in_team"),
            in_channel=_id(req, "in_channel"),
            not_in_channel=_id(req, "not_in_channel"),
            in_group=_id(req, "in_group"),
            not_in_group=_id(req, "not_in_group"),
            without_team=req.query_bool("without_team"),
            active=_activity(req),
            roles=[name for name in (req.query("role"), *_names(req, "roles")) if name],
            team_roles=_member_roles(req, "team_roles", "in_team"),
            channel_roles=_member_roles(req, "channel_roles", "in_channel"),
            sort=_sort(req),
            known_to=self._access.restricted_to(req.session),
        )
        if wanted.not_in_channel and not wanted.in_team:
            raise InvalidUrlParam("team_id")
        self._require(req.session, wanted)
        return self._access.list_reply(req.session, self._directory.find(wanted, req.page()))

    def _require(self, session: Session, wanted: Filter) -> None:
        """Raise unless the session may see into these teams and channels."""
        permissions = self._access.permissions
        if wanted.without_team:
            permissions.require(session, Permission.LIST_USERS_WITHOUT_TEAM)
        for team_id in (wanted.in_team, wanted.not_in_team):
            if team_id:
                permissions.require_team(session, team_id, Permission.VIEW_TEAM)
        for channel_id in (wanted.in_channel, wanted.not_in_channel):
            if channel_id:
                permissions.require_channel(session, channel_id, Permission.READ_CHANNEL)
        for group_id in (wanted.in_group, wanted.not_in_group):
            if group_id:
                self._access.require_group(session, self._directory.group_source(group_id))

    def get_users_by_ids(self, req: Request) -> list[User]:
        """Return the accounts of the ids in the body that exist, by user name."""
        ids = req.read_list(str, max_items=MAX_IDS, name="user_ids")
        if not ids:
            raise InvalidBodyParam("user_ids")
        since = req.query_int("since", minimum=0)
        viewer = self._access.restricted_to(req.session)
        if since or viewer:
            users = self._directory.by_ids(list(dict.fromkeys(ids)), updated_after=since, known_to=viewer)
        else:
            users = sorted(self._users.get_many(ids).values(), key=lambda user: user.username)
        return self._access.show_many(req.session, users)

    def get_users_by_usernames(self, req: Request) -> list[User]:
        """Return the accounts of the user names in the body that exist."""
        names = req.read_list(str, max_items=MAX_IDS, name="usernames")
        if not names:
            raise InvalidBodyParam("usernames")
        users = sorted(self._users.get_by_usernames(names), key=lambda user: user.username)
        visible = self._access.visible(req.session, [user.id for user in users])
        return self._access.show_many(req.session, [user for user in users if user.id in visible])

    def get_users_by_group_channels(self, req: Request) -> dict[str, list[User]]:
        """Return the members of those group channels in the body that one is in, by channel."""
        ids = req.read_list(str, max_items=MAX_IDS, name="group_channel_ids")
        if not ids:
            raise InvalidBodyParam("group_channel_ids")
        members = self._directory.group_members(req.user_id, ids)
        return {channel_id: self._access.show_many(req.session, users) for channel_id, users in members.items()}

    def get_known_users(self, req: Request) -> list[str]:
        """Return the ids of everybody with whom one shares a channel."""
        return self._directory.known_ids(req.user_id)

    def get_stats(self, req: Request) -> UsersStats:
        """Count the active accounts that the session may see."""
        viewer = self._access.restricted_to(req.session)
        return UsersStats(self._directory.count(Filter(active=True, include_bots=True, known_to=viewer)))

    def get_filtered_stats(self, req: Request) -> UsersStats:
        """Count accounts by team, channel and role, for administrators."""
        self._access.permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        wanted = Filter(
            in_team=_id(req, "in_team"),
            in_channel=_id(req, "in_channel"),
            active=None if req.query_bool("include_deleted") else True,
            include_bots=req.query_bool("include_bots"),
            roles=_names(req, "roles"),
            team_roles=_member_roles(req, "team_roles", "in_team"),
            channel_roles=_member_roles(req, "channel_roles", "in_channel"),
        )
        return UsersStats(self._directory.count(wanted))


def _id(req: Request, name: str) -> str:
    value = req.query(name)
    if value and not is_valid_id(value):
        raise InvalidUrlParam(name)
    return value


def _names(req: Request, name: str) -> list[str]:
    return [part for value in req.query_list(name) for part in value.split(",") if part]


def _member_roles(req: Request, name: str, scope: str) -> list[str]:
    """Return roles of members that are asked for; they mean something in one team or channel only."""
    roles = _names(req, name)
    if roles and not req.query(scope):
        raise InvalidUrlParam(name)
    return roles


def _activity(req: Request) -> bool | None:
    """Return True for active ones only, False for inactive ones only, None for both."""
    active, inactive = req.query_bool("active"), req.query_bool("inactive")
    if active and inactive:
        raise InvalidUrlParam("inactive")
    return True if active else False if inactive else None


def _sort(req: Request) -> str:
    """Return the order that is asked for, if it fits what is listed."""
    sort = req.query("sort")
    fits = {
        "last_activity_at": req.query("in_team") and not req.query("in_channel"),
        "create_at": req.query("in_team") and not req.query("in_channel"),
        "status": req.query("in_channel"),
        "admin": req.query("in_channel"),
    }
    if sort and (sort not in SORTS or not fits.get(sort, sort == "display_name")):
        raise InvalidUrlParam("sort")
    return sort
