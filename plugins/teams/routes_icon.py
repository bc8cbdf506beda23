"""Operations on the pictures of teams: files `teams/<id>/teamIcon.png` of the file store."""

from typing import Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.errors import BadRequest, NotFound, TooLarge
from hubbub.core.contracts.files import FileStores
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import OK, Reply, Request, Router
from hubbub.core.http.picture import body_limit, read_picture
from hubbub.core.pictures import BadPicture, square
from hubbub.plugins.teams.service import Teams

SIDE: Final = 128
MAX_AGE_S: Final = 24 * 3600
_BASE: Final = "/api/v4/teams/{team_id}/image"


class NoIcon(NotFound):
    id = "api.team.get_team_icon.read_file.app_error"
    message = "The team has no picture."


class IconTooLarge(TooLarge):
    id = "api.team.set_team_icon.too_large.app_error"
    message = "The picture has more than {limit} bytes (FileSettings.MaxFileSize)."


class NoPicture(BadRequest):
    id = "api.team.set_team_icon.no_file.app_error"
    message = "Send a multipart form with the file image."


class PictureRefused(BadRequest):
    id = "api.team.set_team_icon.check_image_limits.app_error"
    message = "The picture can't be used: {why}."


class TeamIconRoutes:
    """Parse, authorise, keep or show the picture."""

    def __init__(self, context: PluginContext, teams: Teams) -> None:
        self._context = context
        self._permissions = context.service(PermissionService)
        self._stores = FileStores(context)
        self._teams = teams

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_BASE, self.get)
        router.post(_BASE, self.set, body_limit=body_limit)
        router.delete(_BASE, self.remove)

    def get(self, req: Request, team_id: str) -> Reply:
        """GET /teams/{team_id}/image: for members, and for everybody where the team is open to all."""
        team = self._teams.get(team_id)
        open_to_all = team.type == "O" and team.allow_open_invite
        if not (open_to_all and self._permissions.has(req.session, Permission.LIST_PUBLIC_TEAMS)):
            self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        tag = f"{team.id}.{team.last_team_icon_update or 0}"
        if not team.last_team_icon_update:
            raise NoIcon
        if req.etag_matches(tag):
            return Reply(None, 304, etag=tag)
        try:
            data = b"".join(self._stores.current.read(_path(team_id)))
        except FileNotFoundError as error:
            raise NoIcon from error
        headers = {"Cache-Control": f"max-age={MAX_AGE_S}, private"}
        return Reply(data, headers=headers, etag=tag, content_type="image/png")

    def set(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/image."""
        self._permissions.require_team(req.session, team_id, Permission.MANAGE_TEAM)
        settings = self._context.config.FileSettings
        data = read_picture(req, settings, too_large=IconTooLarge, missing=NoPicture)
        store = self._stores.current
        try:
            small = self._context.tasks.run_in_thread(square, data, SIDE, settings.MaxImageResolution)
        except BadPicture as error:
            raise PictureRefused(why=str(error)) from error
        store.write(_path(team_id), [small])
        self._teams.change(team_id, lastteamiconupdate=now_ms())
        return OK

    def remove(self, req: Request, team_id: str) -> object:
        """DELETE /teams/{team_id}/image."""
        self._permissions.require_team(req.session, team_id, Permission.MANAGE_TEAM)
        self._teams.change(team_id, lastteamiconupdate=0)
        store = self._stores.known.get(self._context.config.FileSettings.DriverName)
        if store is not None:
            store.remove(_path(team_id))
        return OK


def _path(team_id: str) -> str:
    return f"teams/{team_id}/teamIcon.png"
