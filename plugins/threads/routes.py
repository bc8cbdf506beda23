"""Operations on threads."""

from typing import Final

from hubbub.core.contracts.errors import BadRequest, InvalidUrlParam
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.http import OK, Request, Router
from hubbub.core.http.paging import parse_number
from hubbub.core.ids import is_valid_id
from hubbub.plugins.threads.records import ListOptions
from hubbub.plugins.threads.service import Threads

_BASE: Final = "/api/v4/users/{user_id}/teams/{team_id}/threads"


class BothDirections(BadRequest):
    id = "api.getThreadsForUser.bad_params"
    message = "Ask for threads before one or after one, not both: leave out before or after."


class NothingLeft(BadRequest):
    id = "api.getThreadsForUser.bad_only_params"
    message = "totalsOnly and threadsOnly leave nothing to answer with: leave out one of them."


class ThreadRoutes:
    """Parse, authorise, one service call, render."""

    def __init__(self, context: PluginContext, threads: Threads) -> None:
        self._permissions = context.service(PermissionService)
        self._posts = context.service(PostService)
        self._threads = threads

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get(_BASE, self.list_all)
        router.put(f"{_BASE}/read", self.read_all)
        router.get(f"{_BASE}/{{thread_id}}", self.get)
        router.put(f"{_BASE}/{{thread_id}}/read/{{timestamp:text}}", self.read)
        router.post(f"{_BASE}/{{thread_id}}/set_unread/{{post_id}}", self.set_unread)
        router.put(f"{_BASE}/{{thread_id}}/following", self.follow)
        router.delete(f"{_BASE}/{{thread_id}}/following", self.unfollow)

    def list_all(self, req: Request, user_id: str, team_id: str) -> object:
        """GET /users/{user_id}/teams/{team_id}/threads."""
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        return self._threads.page(user_id, team_id, _options(req))

    def get(self, req: Request, user_id: str, team_id: str, thread_id: str) -> object:
        """GET /users/{user_id}/teams/{team_id}/threads/{thread_id}."""
        self._root(req, user_id, thread_id)
        return self._threads.get(user_id, thread_id, extended=req.query_bool("extended"))

    def _root(self, req: Request, user_id: str, thread_id: str) -> Post:
        self._permissions.require_user(req.session, user_id)
        return self._posts.readable(req.session, thread_id)

    def read_all(self, req: Request, user_id: str, team_id: str) -> object:
        """PUT /users/{user_id}/teams/{team_id}/threads/read."""
        self._permissions.require_user(req.session, user_id)
        self._permissions.require_team(req.session, team_id, Permission.VIEW_TEAM)
        self._threads.read_all(user_id, team_id, session_id=req.session.id)
        return OK

    def read(self, req: Request, user_id: str, team_id: str, thread_id: str, timestamp: str) -> object:
        """PUT /users/{user_id}/teams/{team_id}/threads/{thread_id}/read/{timestamp}."""
        time = parse_number(timestamp)
        if time is None or time < 0:
            raise InvalidUrlParam("timestamp")
        return self._threads.read(user_id, self._root(req, user_id, thread_id), time, session_id=req.session.id)

    def set_unread(self, req: Request, user_id: str, team_id: str, thread_id: str, post_id: str) -> object:
        """POST /users/{user_id}/teams/{team_id}/threads/{thread_id}/set_unread/{post_id}."""
        root = self._root(req, user_id, thread_id)
        return self._threads.set_unread(user_id, root, self._posts.get(post_id))

    def follow(self, req: Request, user_id: str, team_id: str, thread_id: str) -> object:
        """PUT /users/{user_id}/teams/{team_id}/threads/{thread_id}/following."""
        self._threads.set_following(user_id, self._root(req, user_id, thread_id), True)
        return OK

    def unfollow(self, req: Request, user_id: str, team_id: str, thread_id: str) -> object:
        """DELETE /users/{user_id}/teams/{team_id}/threads/{thread_id}/following."""
        self._threads.set_following(user_id, self._root(req, user_id, thread_id), False)
        return OK


def _options(req: Request) -> ListOptions:
    before, after = (_thread_id(req, name) for name in ("before", "after"))
    if before and after:
        raise BothDirections
    totals_only, threads_only = req.query_bool("totalsOnly"), req.query_bool("threadsOnly")
    if totals_only and threads_only:
        raise NothingLeft
    page = req.page(per_page_name="pageSize" if req.query("pageSize") else "per_page")
    return ListOptions(
        since=req.query_int("since", 0, minimum=0),
        before=before,
        after=after,
        offset=0 if before or after else page.offset,
        limit=page.limit,
        extended=req.query_bool("extended"),
        deleted=req.query_bool("deleted"),
        unread=req.query_bool("unread"),
        totals_only=totals_only,
        threads_only=threads_only,
        exclude_direct=req.query_bool("excludeDirect"),
    )


def _thread_id(req: Request, name: str) -> str:
    value = req.query(name)
    if value and not is_valid_id(value):
        raise InvalidUrlParam(name)
    return value
