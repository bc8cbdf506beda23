"""Routes that find accounts by words."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from hubbub.core.contracts.errors import InvalidBodyParam, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User
from hubbub.core.http.request import Request
from hubbub.core.ids import is_valid_id
from hubbub.plugins.users.access import Access
from hubbub.plugins.users.directory import SEARCH_LIMIT_DEFAULT, SEARCH_LIMIT_MAXIMUM, Directory
from hubbub.plugins.users.directory_store import Filter


class Search(msgspec.Struct, kw_only=True):
    """The body of POST /users/search."""

    term: str = ""
    team_id: str = ""
    not_in_team_id: str = ""
    in_channel_id: str = ""
    not_in_channel_id: str = ""
    in_group_id: str = ""
    not_in_group_id: str = ""
    group_constrained: bool = False
    allow_inactive: bool = False
    without_team: bool = False
    limit: int = SEARCH_LIMIT_DEFAULT
    role: str = ""
    roles: list[str] = msgspec.field(default_factory=list)


class Autocomplete(msgspec.Struct, kw_only=True):
    """The answer of GET /users/autocomplete."""

    users: list[User]
    out_of_channel: list[User] | UnsetType = UNSET


class SearchRoutes:
    """Handlers of search and autocompletion."""

    def __init__(self, directory: Directory, access: Access) -> None:
        self._directory = directory
        self._access = access

    def register(self, router: Any) -> None:
        """Declare the routes."""
        router.post("/api/v4/users/search", self.search_users)
        router.get("/api/v4/users/autocomplete", self.autocomplete_users)

    def search_users(self, req: Request) -> list[User]:
        """Find accounts whose names begin with the words of `term`."""
        body = req.read(Search, name="props")
        if not body.term.strip():
            raise InvalidBodyParam("term")
        if not 0 < body.limit <= SEARCH_LIMIT_MAXIMUM:
            raise InvalidBodyParam("limit")
        if body.not_in_channel_id and not body.team_id:
            raise InvalidBodyParam("team_id")
        self._require(req.session, body.team_id, body.not_in_team_id, body.in_channel_id, body.not_in_channel_id)
        for group_id in (body.in_group_id, body.not_in_group_id):
            if group_id:
                self._access.require_group(req.session, self._directory.group_source(group_id))
        wanted = Filter(
            in_team=body.team_id,
            not_in_team=body.not_in_team_id,
            in_channel=body.in_channel_id,
            in_group=body.in_group_id,
            not_in_group=body.not_in_group_id,
            not_in_channel=body.not_in_channel_id,
            without_team=body.without_team,
            active=None if body.allow_inactive else True,
            roles=[role for role in (body.role, *body.roles) if role],
            known_to=self._access.restricted_to(req.session),
        )
        return self._find(req.session, body.term, wanted, body.limit)

    def _require(self, session: Session, team_id: str, not_in_team_id: str, channel_id: str, not_in: str) -> None:
        permissions = self._access.permissions
        for team in (team_id, not_in_team_id):
            if team:
                permissions.require_team(session, team, Permission.VIEW_TEAM)
        for channel in (channel_id, not_in):
            if channel:
                permissions.require_channel(session, channel, Permission.READ_CHANNEL)

    def _find(self, session: Session, term: str, wanted: Filter, limit: int) -> list[User]:
        sees_all = self._access.sees_all_of(session)
        return self._access.show_many(session, self._directory.search(term, wanted, limit=limit, all_fields=sees_all))

    def autocomplete_users(self, req: Request) -> Autocomplete:
        """Find accounts for a mention; with a channel, its members and apart the team's other members."""
        name = req.query("name")
        team_id, channel_id = (
            req.query("team_id") or req.query("in_team"),
            req.query("channel_id") or req.query("in_channel"),
        )
        for key, value in (("team_id", team_id), ("channel_id", channel_id)):
            if value and not is_valid_id(value):
                raise InvalidUrlParam(key)
        limit = min(
            req.query_int("limit", SEARCH_LIMIT_DEFAULT, minimum=0) or SEARCH_LIMIT_DEFAULT, SEARCH_LIMIT_MAXIMUM
        )
        self._require(req.session, team_id, "", channel_id, "")
        viewer = self._access.restricted_to(req.session)
        wanted = Filter(in_team=team_id, in_channel=channel_id, active=True, known_to=viewer)
        found = Autocomplete(users=self._find(req.session, name, wanted, limit))
        if channel_id:
            others = Filter(in_team=team_id, not_in_channel=channel_id, active=True, known_to=viewer)
            found.out_of_channel = self._find(req.session, name, others, limit) if team_id else []
        return found
