"""Operations on who belongs to a team."""

import msgspec

from hubbub.core.contracts.errors import AppError, BadRequest, Forbidden, InvalidBodyParam, NotFound, PermissionDenied
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.teams import TeamMember, TeamMemberNotFound
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.teams.routes import TeamRoutes
from hubbub.plugins.teams.service import Teams

MAX_BATCH = 256


class MemberBody(msgspec.Struct):
    team_id: str = ""
    user_id: str = ""


class RolesBody(msgspec.Struct):
    roles: str


class SchemeRolesBody(msgspec.Struct):
    scheme_user: bool
    scheme_admin: bool
    scheme_guest: bool = False


class MemberWithError(msgspec.Struct):
    """One entry of a batch: the membership, or why there is none."""

    user_id: str
    member: TeamMember | None = None
    error: dict[str, object] | None = None


class TeamMemberRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, teams: Teams, team_routes: TeamRoutes) -> None:
        self._users = context.service(UserService)
        self._permissions = context.service(PermissionService)
        self._teams = teams
        self._shown = team_routes.shown

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/users/{user_id}/teams", self.of_user)
        router.get("/api/v4/users/{user_id}/teams/members", self.memberships_of_user)
        router.get("/api/v4/teams/{team_id}/members", self.list_members)
        router.post("/api/v4/teams/{team_id}/members", self.add, status=201)
        router.post("/api/v4/teams/{team_id}/members/batch", self.add_many, status=201)
        router.post("/api/v4/teams/{team_id}/members/ids", self.by_ids)
        router.post("/api/v4/teams/members/invite", self.join_by_invite, status=201)
        router.get("/api/v4/teams/{team_id}/members/{user_id}", self.get)
        router.delete("/api/v4/teams/{team_id}/members/{user_id}", self.remove)
        router.put("/api/v4/teams/{team_id}/members/{user_id}/roles", self.set_roles)
        router.put("/api/v4/teams/{team_id}/members/{user_id}/schemeRoles", self.set_scheme_roles)

    def of_user(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/teams."""
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        teams = self._teams.get_many(self._teams.team_ids_of(user_id))
        return [self._shown(req.session, team) for team in sorted(teams.values(), key=lambda team: team.display_name)]

    def memberships_of_user(self, req: Request, user_id: str) -> object:
        """GET /users/{user_id}/teams/members."""
        if user_id != req.user_id:
            self._permissions.require(req.session, Permission.READ_OTHER_USERS_TEAMS)
        memberships = self._teams.memberships_of(user_id)
        return [memberships[team_id] for team_id in self._teams.team_ids_of(user_id)]

    def list_members(self, req: Request, team_id: str) -> object:
        """GET /teams/{team_id}/members."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        page = req.page()
        return self._visible(
            req,
            self._teams.store.members(
                team_id,
                offset=page.offset,
                limit=page.limit,
                sort=req.query("sort"),
                active_only=req.query_bool("exclude_deleted_users"),
            ),
        )

    def _visible(self, req: Request, members: list[TeamMember]) -> list[TeamMember]:
        """Leave out whom a guest may not see."""
        visible = self._users.can_see(req.user_id, [member.user_id for member in members])
        return [member for member in members if member.user_id in visible]

    def by_ids(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/members/ids."""
        ids = req.read_list(str, name="user_ids", max_items=1000)
        if not ids:
            raise InvalidBodyParam("user_ids")
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._visible(req, self._teams.store.members_by_ids(team_id, ids))

    def get(self, req: Request, team_id: str, user_id: str) -> object:
        """GET /teams/{team_id}/members/{user_id}."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        if user_id not in self._users.can_see(req.user_id, [user_id]):
            raise PermissionDenied(Permission.VIEW_MEMBERS)
        return self._teams.member(team_id, user_id)

    def add(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/members."""
        body = req.read(MemberBody, name="member")
        if body.team_id != team_id:
            raise InvalidBodyParam("team_id")
        if not is_valid_id(body.user_id):
            raise InvalidBodyParam("user_id")
        self._require_add(req.session, team_id, body.user_id)
        return self._teams.add_member(team_id, body.user_id, actor_id=req.user_id)

    def _require_add(self, session: Session, team_id: str, user_id: str) -> None:
        if user_id != session.user_id:
            self._permissions.require_team(session, team_id, Permission.ADD_USER_TO_TEAM)
            return
        team = self._teams.get(team_id)
        needed = Permission.JOIN_PUBLIC_TEAMS if team.allow_open_invite else Permission.JOIN_PRIVATE_TEAMS
        self._permissions.require(session, needed)

    def add_many(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/members/batch: with `graceful=true` each failure is reported beside its user."""
        members = req.read_list(MemberBody, name="members")
        if not members:
            raise InvalidBodyParam("members")
        if len(members) > MAX_BATCH:
            raise BadRequest(
                "At most {max} members can be added at once.",
                id="api.team.add_members.too_many.app_error",
                max=MAX_BATCH,
            )
        for body in members:
            if body.team_id != team_id or not is_valid_id(body.user_id):
                raise InvalidBodyParam("members")
        self._permissions.require_team(req.session, team_id, Permission.ADD_USER_TO_TEAM)
        graceful = req.query_bool("graceful")
        added: list[TeamMember | MemberWithError] = []
        for body in members:
            added.append(self._add_one(req, team_id, body.user_id, graceful=graceful))
        return added

    def _add_one(self, req: Request, team_id: str, user_id: str, *, graceful: bool) -> TeamMember | MemberWithError:
        try:
            member = self._teams.add_member(team_id, user_id, actor_id=req.user_id)
        except AppError as error:
            if not graceful:
                raise
            shown = {"id": error.error_id, "message": error.text, "status_code": error.status}
            return MemberWithError(user_id, error=shown)
        return MemberWithError(user_id, member) if graceful else member

    def join_by_invite(self, req: Request) -> object:
        """POST /teams/members/invite."""
        token, invite_id = req.query("token"), req.query("invite_id")
        if token:
            return self._teams.accept(token, req.user_id)
        if not invite_id:
            raise BadRequest(
                "An invitation id or a token is needed.",
                id="api.team.add_user_to_team.missing_parameter.app_error",
            )
        user = self._users.get(req.user_id)
        if user.is_guest:
            raise Forbidden(
                "A guest can't join by this link.", id="api.team.add_user_to_team_from_invite.guest.app_error"
            )
        try:
            team = self._teams.get_by_invite_id(invite_id)
        except NotFound as error:
            raise NotFound(
                "The invitation is not valid (any more).", id="app.team.get_by_invite_id.finding.app_error"
            ) from error
        return self._teams.add_member(team.id, user.id)

    def remove(self, req: Request, team_id: str, user_id: str) -> object:
        """DELETE /teams/{team_id}/members/{user_id}."""
        if user_id != req.user_id:
            self._permissions.require_team(req.session, team_id, Permission.REMOVE_USER_FROM_TEAM)
        elif not self._teams.is_member(team_id, user_id):
            raise TeamMemberNotFound
        self._teams.remove_member(team_id, user_id, actor_id=req.user_id)
        return OK

    def set_roles(self, req: Request, team_id: str, user_id: str) -> object:
        """PUT /teams/{team_id}/members/{user_id}/roles."""
        roles = req.read(RolesBody).roles
        self._permissions.require_team(req.session, team_id, Permission.MANAGE_TEAM_ROLES)
        self._teams.set_roles(team_id, user_id, roles)
        return OK

    def set_scheme_roles(self, req: Request, team_id: str, user_id: str) -> object:
        """PUT /teams/{team_id}/members/{user_id}/schemeRoles."""
        body = req.read(SchemeRolesBody)
        self._permissions.require_team(req.session, team_id, Permission.MANAGE_TEAM_ROLES)
        self._teams.set_scheme_roles(
            team_id, user_id, guest=body.scheme_guest, user=body.scheme_user, admin=body.scheme_admin
        )
        return OK
