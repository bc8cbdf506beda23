"""Operations on the schemes of teams."""

import msgspec

from hubbub.core.contracts.errors import InvalidBodyParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.teams import Team
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.teams.routes import TeamRoutes
from hubbub.plugins.teams.service import Teams


class SchemeBody(msgspec.Struct):
    scheme_id: str | None = None


class SchemeRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, teams: Teams, team_routes: TeamRoutes) -> None:
        self._permissions = context.service(PermissionService)
        self._teams = teams
        self._shown = team_routes.shown

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/schemes/{scheme_id}/teams", self.of_scheme)
        router.put("/api/v4/teams/{team_id}/scheme", self.set_scheme)

    def of_scheme(self, req: Request, scheme_id: str) -> list[Team]:
        """GET /schemes/{scheme_id}/teams."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_TEAMS)
        page = req.page()
        found = self._teams.of_scheme(scheme_id, offset=page.offset, limit=page.limit)
        return [self._shown(req.session, team) for team in found]

    def set_scheme(self, req: Request, team_id: str) -> object:
        """PUT /teams/{team_id}/scheme: with null or "" the team has the built-in roles again."""
        scheme_id = req.read(SchemeBody).scheme_id or ""
        if scheme_id and not is_valid_id(scheme_id):
            raise InvalidBodyParam("scheme_id")
        self._permissions.require(req.session, Permission.SYSCONSOLE_WRITE_USER_MANAGEMENT_PERMISSIONS)
        self._teams.set_scheme(team_id, scheme_id)
        return OK
