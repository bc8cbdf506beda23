"""Operations that list and find channels."""

from collections.abc import Iterable

import msgspec

from hubbub.core.contracts.channels import GROUP, OPEN, PRIVATE, Channel
from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, NotFound
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import TeamService, team_labels
from hubbub.core.contracts.users import UserService
from hubbub.core.http import Reply, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.channels.routes import ChannelRoutes
from hubbub.plugins.channels.service import Channels

AUTOCOMPLETE_LIMIT = 50
SEARCH_LIMIT = 100


class SearchBody(msgspec.Struct, kw_only=True):
    term: str = ""
    public: bool = False
    private: bool = False
    deleted: bool = False
    include_deleted: bool = True
    team_ids: list[str] = msgspec.field(default_factory=list)
    page: int | None = None
    per_page: int | None = None


class ChannelListRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, channels: Channels, channel_routes: ChannelRoutes) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = context.service(TeamService)
        self._users = context.service(UserService)
        self._channels = channels
        self._store = channels.store
        self._require_read = channel_routes.require_read

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/channels", self.all)
        router.post("/api/v4/channels/search", self.search_all)
        router.get("/api/v4/teams/{team_id}/channels", self.public_of_team)
        router.get("/api/v4/teams/{team_id}/channels/private", self.private_of_team)
        router.get("/api/v4/teams/{team_id}/channels/deleted", self.archived_of_team)
        router.post("/api/v4/teams/{team_id}/channels/ids", self.by_ids)
        router.get("/api/v4/teams/{team_id}/channels/autocomplete", self.autocomplete)
        router.get("/api/v4/teams/{team_id}/channels/search_autocomplete", self.search_autocomplete)
        router.post("/api/v4/teams/{team_id}/channels/search", self.search)
        router.get("/api/v4/teams/{team_id}/channels/name/{channel_name:text}", self.by_name)
        router.get("/api/v4/teams/name/{name:text}/channels/name/{channel_name:text}", self.by_names)
        router.get("/api/v4/users/{user_id}/teams/{team_id}/channels", self.of_user_in_team)
        router.get("/api/v4/users/{user_id}/channels", self.of_user)
        router.post("/api/v4/channels/group/search", self.search_groups)
        router.get("/api/v4/channels/{channel_id}/common_teams", self.common_teams)

    def all(self, req: Request) -> object:
        """GET /channels: for admins."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS)
        page = req.page()
        include_deleted = req.query_bool("include_deleted")
        found = self._with_teams(
            self._store.all(
                include_deleted=include_deleted,
                exclude_default=req.query_bool("exclude_default_channels"),
                offset=page.offset,
                limit=page.limit,
            )
        )
        if not req.query_bool("include_total_count"):
            return found
        return {"channels": found, "total_count": self._store.count_all(include_deleted=include_deleted)}

    def _with_teams(self, channels: Iterable[Channel]) -> list[dict[str, object]]:
        listed = list(channels)
        teams = self._teams.get_many({channel.team_id for channel in listed})
        shown = []
        for channel in listed:
            team = teams.get(channel.team_id)
            shown.append(
                {
                    **msgspec.to_builtins(channel),
                    **team_labels(team),
                }
            )
        return shown

    def search_all(self, req: Request) -> object:
        """POST /channels/search: in all teams for admins, in one's own with `system_console=false`."""
        body = req.read(SearchBody)
        own = req.query("system_console", "true") == "false"
        if not own:
            self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_CHANNELS)
        types = tuple(t for t, wanted in ((OPEN, body.public), (PRIVATE, body.private)) if wanted) or (OPEN, PRIVATE)
        archived = True if body.deleted else None if body.include_deleted else False
        teams = set(self._teams.team_ids_of(req.user_id)) if own else set(body.team_ids)
        found = [
            channel
            for channel in self._store.search_of_team(
                "", body.term, types=types, member_id=req.user_id if own else "", limit=10_000, archived=archived
            )
            if (not teams and not own) or channel.team_id in teams
        ]
        shown = self._with_teams(found)
        if body.page is None or body.per_page is None:
            return shown[: SEARCH_LIMIT if own else None]
        start = max(0, body.page) * max(0, body.per_page)
        return {"channels": shown[start : start + max(0, min(body.per_page, 200))], "total_count": len(shown)}

    def public_of_team(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/channels."""
        self._permissions.require_team(req.session, team_id, Permission.LIST_TEAM_CHANNELS)
        page = req.page()
        return self._store.of_team(team_id, OPEN, offset=page.offset, limit=page.limit)

    def private_of_team(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/channels/private: for admins."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        page = req.page()
        return self._store.of_team(team_id, PRIVATE, offset=page.offset, limit=page.limit)

    def archived_of_team(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/channels/deleted."""
        self._permissions.require_team(req.session, team_id, Permission.LIST_TEAM_CHANNELS)
        page = req.page()
        return self._store.archived_of_team(
            team_id,
            req.user_id,
            everything=self._permissions.has(req.session, Permission.MANAGE_SYSTEM),
            offset=page.offset,
            limit=page.limit,
        )

    def by_ids(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/channels/ids: public ones, and private ones the session may read."""
        ids = req.read_list(str, name="channel_ids", max_items=1000)
        if not ids or not all(is_valid_id(channel_id) for channel_id in ids):
            raise InvalidBodyParam("channel_ids")
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        found = [
            channel
            for channel in self._store.get_many(ids).values()
            if channel.team_id == team_id
            and (
                channel.type == OPEN or self._permissions.has_channel(req.session, channel.id, Permission.READ_CHANNEL)
            )
        ]
        if not found:
            raise NotFound("None of the channels is there.", id="app.channel.get_channels_by_ids.not_found.app_error")
        return sorted(found, key=lambda channel: channel.display_name)

    def _search_team(
        self, req: Request, team_id: str, term: str, limit: int, *, archived: bool | None
    ) -> list[Channel]:
        """Find channels: who may not list the team's channels finds their own only."""
        if self._permissions.has_team(req.session, team_id, Permission.LIST_TEAM_CHANNELS):
            return self._store.search_of_team(
                team_id, term, types=(OPEN, PRIVATE), member_id=req.user_id, limit=limit, archived=archived
            )
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        own = set(self._channels.channel_ids_of(req.user_id))
        found = self._store.search_of_team(
            team_id, term, types=(OPEN, PRIVATE), member_id=req.user_id, limit=10_000, archived=archived
        )
        return [channel for channel in found if channel.id in own][:limit]

    def autocomplete(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/channels/autocomplete."""
        return self._search_team(req, team_id, req.query("name"), AUTOCOMPLETE_LIMIT, archived=False)

    def search_autocomplete(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/channels/search_autocomplete: the user's own channels, for the search box."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        term = req.query("name").lower()
        own = self._store.of_user(req.user_id, team_id=team_id, include_deleted=True, deleted_after=0)
        return [channel for channel in own if term in channel.name.lower() or term in channel.display_name.lower()][
            :AUTOCOMPLETE_LIMIT
        ]

    def search(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/channels/search."""
        body = req.read(SearchBody)
        return self._search_team(
            req, team_id, body.term, SEARCH_LIMIT, archived=None if body.include_deleted else False
        )

    def by_name(self, req: Request, team_id: str, channel_name: str) -> object:
        """GET /teams/{team_id}/channels/name/{channel_name}."""
        return self._readable(req, self._channels.get_by_name(team_id, channel_name))

    def by_names(self, req: Request, name: str, channel_name: str) -> object:
        """GET /teams/name/{name}/channels/name/{channel_name}."""
        return self._readable(req, self._channels.get_by_name(self._teams.get_by_name(name).id, channel_name))

    def _readable(self, req: Request, channel: Channel) -> Channel:
        if channel.delete_at and not req.query_bool("include_deleted"):
            raise NotFound("There is no such channel.", id="app.channel.get_by_name.missing.app_error")
        if channel.type == OPEN:
            self._require_read(req.session, channel.id)
        elif not self._permissions.has_channel(req.session, channel.id, Permission.READ_CHANNEL):
            # SECURITY: a private channel's name must not be told from one that doesn't exist.
            raise NotFound("There is no such channel.", id="app.channel.get_by_name.missing.app_error")
        return channel

    def of_user_in_team(self, req: Request, user_id: str, team_id: str) -> object:
        """GET /users/{user_id}/teams/{team_id}/channels."""
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        found = self._store.of_user(
            user_id,
            team_id=team_id,
            include_deleted=req.query_bool("include_deleted"),
            deleted_after=req.query_int("last_delete_at", 0),
        )
        if not found:
            raise NotFound("The user is in no channel of this team.", id="app.channel.get_channels.not_found.app_error")
        return Reply(found)

    def search_groups(self, req: Request) -> object:
        """POST /channels/group/search: one's group channels with members whose user names begin with the words."""
        words = req.read(SearchBody).term.lower().replace(",", " ").split()
        own = self._channels.get_many(self._channels.channel_ids_of(req.user_id)).values()
        found = []
        for channel in (channel for channel in own if channel.type == GROUP):
            names = [user.username for user in self._users.get_many(self._channels.member_ids(channel.id)).values()]
            if words and all(any(name.startswith(word) for name in names) for word in words):
                found.append(channel)
        return sorted(found, key=lambda channel: channel.display_name)[:AUTOCOMPLETE_LIMIT]

    def common_teams(self, req: Request, channel_id: str) -> object:
        """GET /channels/{channel_id}/common_teams: the teams that all members of a group channel are in."""
        self._permissions.require_channel(req.session, channel_id, Permission.READ_CHANNEL)
        if self._channels.get(channel_id).type != GROUP:
            raise BadRequest(
                "Only group channels have teams in common.",
                id="app.channel.get_common_teams.incorrect_channel_type",
            )
        users = self._users.get_many(self._channels.member_ids(channel_id)).values()
        teams_of = [set(self._teams.team_ids_of(user.id)) for user in users if not user.delete_at]
        common = self._teams.get_many(set.intersection(*teams_of) if teams_of else set())
        shown = [msgspec.structs.replace(team, email="", invite_id="") for team in common.values()]
        return sorted(shown, key=lambda team: team.display_name)

    def of_user(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/channels: in all teams."""
        self._permissions.require_user(req.session, user_id)
        return self._store.of_user(
            user_id,
            team_id="",
            include_deleted=req.query_bool("include_deleted"),
            deleted_after=req.query_int("last_delete_at", 0),
        )
