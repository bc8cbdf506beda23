"""Operations on teams."""

import msgspec

from hubbub.core.contracts.errors import BadRequest, Forbidden, InvalidBodyParam, NotFound, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import Team, TeamPatch, TeamStats
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import new_id
from hubbub.plugins.teams import events
from hubbub.plugins.teams.service import Teams

PATCHABLE = {
    "display_name": "displayname",
    "description": "description",
    "company_name": "companyname",
    "allowed_domains": "alloweddomains",
    "allow_open_invite": "allowopeninvite",
    "group_constrained": "groupconstrained",
}
"""Fields of a patch and the columns that hold them."""


class TeamBody(msgspec.Struct, kw_only=True):
    """What a client may say about a team."""

    id: str = ""
    name: str = ""
    display_name: str = ""
    description: str = ""
    email: str = ""
    type: str = "O"
    company_name: str = ""
    allowed_domains: str = ""
    allow_open_invite: bool = False
    group_constrained: bool | None = None


class Privacy(msgspec.Struct):
    privacy: str = ""


class TeamSearch(msgspec.Struct, kw_only=True):
    term: str = ""
    page: int | None = None
    per_page: int | None = None
    allow_open_invite: bool | None = None


class TeamRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, teams: Teams) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = teams

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/teams", self.create, status=201)
        router.get("/api/v4/teams", self.list_teams)
        router.post("/api/v4/teams/search", self.search)
        router.get("/api/v4/teams/{team_id}", self.get)
        router.put("/api/v4/teams/{team_id}", self.update)
        router.put("/api/v4/teams/{team_id}/patch", self.patch)
        router.put("/api/v4/teams/{team_id}/privacy", self.set_privacy)
        router.delete("/api/v4/teams/{team_id}", self.archive)
        router.post("/api/v4/teams/{team_id}/restore", self.restore)
        router.post("/api/v4/teams/{team_id}/regenerate_invite_id", self.regenerate_invite_id)
        router.get("/api/v4/teams/{team_id}/stats", self.stats)
        router.get("/api/v4/teams/name/{name:text}", self.get_by_name)
        router.get("/api/v4/teams/name/{name:text}/exists", self.exists)
        router.get("/api/v4/teams/invite/{invite_id}", self.get_by_invite, auth="none")

    def shown(self, session: Session, team: Team) -> Team:
        """Return the team as the session may see it: who may not invite sees no invitation id."""
        if self._permissions.has_team(session, team.id, Permission.MANAGE_TEAM):
            return team
        if self._permissions.has_team(session, team.id, Permission.INVITE_USER):
            return msgspec.structs.replace(team, email="")
        return events.sanitized(team)

    def _may_view(self, session: Session, team: Team) -> bool:
        if self._permissions.has_team(session, team.id, Permission.VIEW_TEAM):
            return True
        return team.allow_open_invite and self._permissions.has(session, Permission.LIST_PUBLIC_TEAMS)

    def create(self, req: Request) -> object:
        """POST /teams."""
        body = req.read(TeamBody, name="team")
        self._permissions.require(req.session, Permission.CREATE_TEAM)
        team = Team(
            id="",
            name=body.name,
            display_name=body.display_name,
            description=body.description,
            type=body.type,
            company_name=body.company_name,
            allowed_domains=body.allowed_domains,
            allow_open_invite=body.allow_open_invite,
        )
        return self.shown(req.session, self._teams.create(team, creator_id=req.user_id))

    def _scope(self, session: Session) -> tuple[bool, bool]:
        """Return (public only, private only) as the session may list teams. Both: none."""
        public = self._permissions.has(session, Permission.LIST_PUBLIC_TEAMS)
        private = self._permissions.has(session, Permission.LIST_PRIVATE_TEAMS)
        return not private, not public

    def list_teams(self, req: Request) -> object:
        """GET /teams."""
        public_only, private_only = self._scope(req.session)
        if public_only and private_only:
            raise PermissionDenied(Permission.LIST_PUBLIC_TEAMS, Permission.LIST_PRIVATE_TEAMS)
        page = req.page()
        teams = [
            self.shown(req.session, team)
            for team in self._teams.store.all(
                public_only=public_only, private_only=private_only, offset=page.offset, limit=page.limit
            )
        ]
        if not req.query_bool("include_total_count"):
            return teams
        total = self._teams.store.count(public_only=public_only, private_only=private_only)
        return {"teams": teams, "total_count": total}

    def search(self, req: Request) -> object:
        """POST /teams/search."""
        body = req.read(TeamSearch)
        if not body.term and body.page is None:
            raise InvalidBodyParam("term")
        public_only, private_only = self._scope(req.session)
        if body.allow_open_invite is not None:
            public_only, private_only = (
                public_only or body.allow_open_invite,
                private_only or not body.allow_open_invite,
            )
        found = [
            self.shown(req.session, team)
            for team in self._teams.store.search(
                body.term, public_only=public_only, private_only=private_only, limit=1000
            )
        ]
        if body.page is None or body.per_page is None:
            return found
        start = max(0, body.page) * max(0, body.per_page)
        return {"teams": found[start : start + max(0, min(body.per_page, 200))], "total_count": len(found)}

    def get(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}."""
        team = self._teams.get(team_id)
        if not self._may_view(req.session, team):
            raise PermissionDenied(Permission.VIEW_TEAM)
        return self.shown(req.session, team)

    def get_by_name(self, req: Request, name: str) -> object:
        """GET /teams/name/{name}."""
        team = self._teams.get_by_name(name)
        if not self._may_view(req.session, team):
            raise PermissionDenied(Permission.VIEW_TEAM)
        return self.shown(req.session, team)

    def exists(self, req: Request, name: str) -> object:
        """GET /teams/name/{name}/exists: true only for a team that the session may know of."""
        try:
            team = self._teams.get_by_name(name)
        except NotFound:
            return {"exists": False}
        listed = Permission.LIST_PUBLIC_TEAMS if team.allow_open_invite else Permission.LIST_PRIVATE_TEAMS
        return {"exists": self._may_view(req.session, team) or self._permissions.has(req.session, listed)}

    def get_by_invite(self, req: Request, invite_id: str) -> object:
        """GET /teams/invite/{invite_id}: what somebody who got a link may know before they sign up."""
        team = self._teams.get_by_invite_id(invite_id)
        if team.type != "O":
            raise Forbidden(
                "The team is by invitation only.", id="api.team.get_invite_info.not_open_team", status_code=403
            )
        return {
            "id": team.id,
            "name": team.name,
            "display_name": team.display_name,
            "description": team.description,
        }

    def _require_manage(self, req: Request, team_id: str) -> None:
        self._permissions.require_team(req.session, team_id, Permission.MANAGE_TEAM)

    def update(self, req: Request, team_id: str) -> object:
        """PUT /teams/{team_id}."""
        body = req.read(TeamBody, name="team")
        if body.id != team_id:
            raise InvalidBodyParam("id")
        self._require_manage(req, team_id)
        team = self._teams.change(
            team_id,
            displayname=body.display_name,
            description=body.description,
            companyname=body.company_name,
            alloweddomains=body.allowed_domains,
            allowopeninvite=body.allow_open_invite,
        )
        return self.shown(req.session, team)

    def patch(self, req: Request, team_id: str) -> object:
        """PUT /teams/{team_id}/patch."""
        patch = req.read(TeamPatch, name="team")
        self._require_manage(req, team_id)
        columns = {
            column: getattr(patch, field) for field, column in PATCHABLE.items() if getattr(patch, field) is not None
        }
        return self.shown(req.session, self._teams.change(team_id, **columns))

    def set_privacy(self, req: Request, team_id: str) -> object:
        """PUT /teams/{team_id}/privacy."""
        privacy = req.read(Privacy).privacy
        if privacy not in ("O", "I"):
            raise InvalidBodyParam("privacy")
        self._require_manage(req, team_id)
        opened = privacy == "O"
        self._teams.change(team_id, type=privacy, allowopeninvite=opened, **({} if opened else {"inviteid": new_id()}))
        return self.shown(req.session, self._teams.get(team_id))

    def archive(self, req: Request, team_id: str) -> object:
        """DELETE /teams/{team_id}: archives; `permanent=true` needs a setting that isn't offered here yet."""
        self._require_manage(req, team_id)
        if req.query_bool("permanent"):
            raise BadRequest(
                "Teams can only be archived: deleting them for good is not offered.",
                id="api.user.delete_team.not_enabled.app_error",
                status_code=401,
            )
        team = self._teams.get(team_id)
        if not team.delete_at:
            self._teams.archive(team_id)
        return OK

    def restore(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/restore."""
        self._require_manage(req, team_id)
        return self.shown(req.session, self._teams.change(team_id, event="restore_team", deleteat=0))

    def regenerate_invite_id(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/regenerate_invite_id: links that were given out stop working."""
        self._require_manage(req, team_id)
        self._permissions.require_team(req.session, team_id, Permission.INVITE_USER)
        return self.shown(req.session, self._teams.change(team_id, inviteid=new_id()))

    def stats(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/stats."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        total, active = self._teams.store.count_members(team_id)
        return TeamStats(team_id=team_id, total_member_count=total, active_member_count=active)
