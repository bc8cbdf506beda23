"""Operations that search."""

from typing import Final

from hubbub.core.contracts.errors import BadRequest, InvalidBodyParam, NotImplementedYet
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.http import PER_PAGE_MAXIMUM, PayloadParseError, Request, Router
from hubbub.plugins.search.service import Search, SearchRequest

LARGEST_OFFSET_S: Final = 86_400
LONGEST_TERMS: Final = 4096


class PostSearchDisabled(NotImplementedYet):
    id = "store.sql_post.search.disabled"
    message = "Search is turned off on this server (ServiceSettings.EnablePostSearch)."


class FileSearchDisabled(NotImplementedYet):
    id = "store.sql_file_info.search.disabled"
    message = "Search of files is turned off on this server (ServiceSettings.EnableFileSearch)."


class SearchRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, search: Search) -> None:
        self._config = context.config_store
        self._permissions = context.service(PermissionService)
        self._search = search

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.post("/api/v4/teams/{team_id}/posts/search", self.posts_in_team)
        router.post("/api/v4/posts/search", self.posts)
        router.post("/api/v4/teams/{team_id}/files/search", self.files_in_team)
        router.post("/api/v4/files/search", self.files)

    def posts_in_team(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/posts/search."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._find_posts(req, team_id)

    def posts(self, req: Request) -> object:
        """POST /posts/search: in all teams."""
        return self._find_posts(req, "")

    def _find_posts(self, req: Request, team_id: str) -> object:
        wanted = _read(req, "api.post.search_posts.invalid_body.app_error")
        if not self._config.current.ServiceSettings.EnablePostSearch:
            raise PostSearchDisabled
        return self._search.posts(req.session, team_id, wanted)

    def files_in_team(self, req: Request, team_id: str) -> object:
        """POST /teams/{team_id}/files/search."""
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._find_files(req, team_id)

    def files(self, req: Request) -> object:
        """POST /files/search: in all teams."""
        return self._find_files(req, "")

    def _find_files(self, req: Request, team_id: str) -> object:
        wanted = _read(req, "api.post.search_files.invalid_body.app_error")
        if not self._config.current.ServiceSettings.EnableFileSearch:
            raise FileSearchDisabled
        return self._search.files(req.session, team_id, wanted)


def _read(req: Request, wrong_body: str) -> SearchRequest:
    """Return what is asked, checked; `wrong_body` is the error's id for a body that isn't JSON."""
    try:
        wanted = req.read(SearchRequest)
    except PayloadParseError as error:
        raise BadRequest(error.text, id=wrong_body, detailed_error=error.detailed_error) from error
    if not wanted.terms:
        raise InvalidBodyParam("terms")
    if len(wanted.terms) > LONGEST_TERMS:
        raise InvalidBodyParam("terms", detailed_error=f"at most {LONGEST_TERMS} characters")
    for name in ("page", "per_page"):
        if getattr(wanted, name) < 0:
            raise InvalidBodyParam(name)
    if abs(wanted.time_zone_offset) > LARGEST_OFFSET_S:
        raise InvalidBodyParam("time_zone_offset", detailed_error="seconds; at most a day")
    wanted.per_page = min(wanted.per_page, PER_PAGE_MAXIMUM)
    return wanted
