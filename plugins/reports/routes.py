"""Operations on reports."""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.errors import BadRequest
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.users import UserService
from hubbub.core.http import OK, Request, Router
from hubbub.core.ids import is_valid_id
from hubbub.plugins.reports.export import UserExport
from hubbub.plugins.reports.spans import span
from hubbub.plugins.reports.store import SORTS, ReportStore, Wanted

PAGE_DEFAULT: Final = 50
PAGE_MAXIMUM: Final = 100
GUESTS: Final = ("", "all", "single_channel", "multi_channel")


class InvalidFilter(BadRequest):
    id = "api.getUsersForReporting.invalid_active_filter"
    message = "hide_active and hide_inactive together leave nobody."


class ReportRoutes:
    """Parse, authorise, one call, render."""

    def __init__(self, context: PluginContext, store: ReportStore, export: UserExport) -> None:
        self._permissions = context.service(PermissionService)
        self._users = context.service(UserService)
        self._store = store
        self._export = export

    def register(self, router: Router) -> None:
        """Declare the routes."""
        router.get("/api/v4/reports/users", self.users)
        router.get("/api/v4/reports/users/count", self.count)
        router.post("/api/v4/reports/users/export", self.export)

    def users(self, req: Request) -> list[dict[str, Any]]:
        """GET /reports/users."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        wanted = _paged(req, _wanted(req))
        begin, end = span(req.query("date_range"))
        ids = self._store.page(wanted)
        users, activity = self._users.get_many(ids), self._store.activity(ids, begin, end)
        full = self._permissions.has(req.session, Permission.MANAGE_SYSTEM)
        return [
            {
                **msgspec.to_builtins(self._users.sanitize(users[user_id], viewer_id=req.user_id, full=full)),
                **{
                    name: value
                    for name, value in msgspec.structs.asdict(activity[user_id]).items()
                    if value is not None
                },
            }
            for user_id in ids
            if user_id in users
        ]

    def count(self, req: Request) -> int:
        """GET /reports/users/count."""
        self._permissions.require(req.session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        return self._store.count(_wanted(req))

    def export(self, req: Request) -> object:
        """POST /reports/users/export: a table of them comes as a direct message."""
        self._permissions.require(req.session, Permission.MANAGE_SYSTEM)
        wanted, date_range = _wanted(req), req.query("date_range")
        span(date_range)
        self._export.start(req.user_id, wanted, date_range or "all_time")
        return OK


def _wanted(req: Request) -> Wanted:
    """Return which accounts are asked for. Raises `InvalidFilter`."""
    hide_active, hide_inactive = req.query_bool("hide_active"), req.query_bool("hide_inactive")
    if hide_active and hide_inactive:
        raise InvalidFilter
    team_id, guests = req.query("team_filter"), req.query("guest_filter")
    if team_id and not is_valid_id(team_id):
        raise InvalidFilter("team_filter is the id of a team.", id="api.getUsersForReporting.invalid_team_filter")
    if guests not in GUESTS:
        raise InvalidFilter(
            "guest_filter is all, single_channel or multi_channel.",
            id="model.user_report_options.is_valid.invalid_guest_filter",
        )
    return Wanted(
        role=req.query("role_filter"),
        team_id=team_id,
        no_team=req.query_bool("has_no_team"),
        active=False if hide_active else True if hide_inactive else None,
        term=req.query("search_term").strip(),
        guests=guests,
    )


def _paged(req: Request, wanted: Wanted) -> Wanted:
    """Return the same with order and place. Raises `InvalidFilter`."""
    wanted.sort = req.query("sort_column") or "Username"
    if wanted.sort not in SORTS:
        raise InvalidFilter(
            "sort_column is one of {columns}.",
            id="model.user_report_options.is_valid.invalid_sort_column",
            columns=", ".join(SORTS),
        )
    wanted.limit = req.query_int("page_size", PAGE_DEFAULT)
    if not 1 <= wanted.limit <= PAGE_MAXIMUM:
        raise InvalidFilter(
            "page_size is 1 to {limit}.", id="api.getUsersForReporting.invalid_page_size", limit=PAGE_MAXIMUM
        )
    wanted.descending = req.query("sort_direction") == "desc"
    wanted.backwards = req.query("direction") == "prev"
    wanted.from_value, wanted.from_id = req.query("from_column_value"), req.query("from_id")
    if wanted.from_id and wanted.sort == "CreateAt":
        wanted.from_value = str(req.query_int("from_column_value"))
    return wanted
