"""The job that writes everybody into a table (CSV) and sends it to whom has asked, in a direct message."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from hubbub.core.clock import now_ms
from hubbub.core.contracts.channels import ChannelService
from hubbub.core.contracts.errors import BadRequest, PermissionDenied
from hubbub.core.contracts.files import FileService
from hubbub.core.contracts.jobs import JobService, JobType
from hubbub.core.contracts.permissions import Permission, PermissionService
from hubbub.core.contracts.plugin import PluginContext
from hubbub.core.contracts.posts import Post, PostService
from hubbub.core.contracts.sessions import Session
from hubbub.core.contracts.users import User, UserService, system_bot
from hubbub.plugins.reports.spans import span
from hubbub.plugins.reports.store import Activity, ReportStore, Wanted

JOB: Final = "export_users_to_csv"
PAGE: Final = 500
COLUMNS: Final = (
    "Id", "Username", "Email", "CreateAt", "Name", "Roles", "LastLogin", "LastStatusAt", "LastPostDate", "DaysActive",
    "TotalPosts", "DeletedAt",
)  # fmt: skip
Progress = Callable[[int], bool]


class ExportWaits(BadRequest):
    id = "app.report.start_users_batch_export.job_exists"
    message = "Such a report is being made already: it comes as a direct message when it is ready."


class Stopped(Exception):
    """The job was told to stop."""


class UserExport:
    """Queues and does the job."""

    def __init__(self, context: PluginContext, store: ReportStore) -> None:
        self._store = store
        self._jobs = context.service(JobService)
        self._users = context.service(UserService)
        self._channels = context.service(ChannelService)
        self._posts = context.service(PostService)
        self._permissions = context.service(PermissionService)
        self._files = context.service(FileService)

    def job_type(self) -> JobType:
        """Describe the job."""
        return JobType(name=JOB, run=self.run)

    def start(self, user_id: str, wanted: Wanted, date_range: str) -> None:
        """Queue it. Raises `ExportWaits`."""
        asked = {"requesting_user_id": user_id, "date_range": date_range, **_as_data(wanted)}
        before = now_ms()
        if self._jobs.create(JOB, asked).create_at < before:
            raise ExportWaits

    def run(self, data: dict[str, Any], progress: Progress) -> None:
        """Write the table and send it. Raises `PermissionDenied` when who asked may not see it (any more)."""
        user = self._users.get(str(data.get("requesting_user_id", "")))
        # SECURITY: jobs are also made by POST /jobs, with any data, and rights may have been taken since.
        session = Session(id="", token="", user_id=user.id, roles=user.roles)
        if user.delete_at or not self._permissions.has(session, Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS):
            raise PermissionDenied(Permission.SYSCONSOLE_READ_USER_MANAGEMENT_USERS)
        bot, date_range = system_bot(self._users), str(data.get("date_range") or "all_time")
        channel_id = self._channels.get_or_create_direct(bot.id, user.id).id
        name = f"users-{date_range}-{datetime.now(UTC):%Y%m%d-%H%M%S}.csv"
        pieces = self._table(_from_data(data), span(date_range), progress)
        try:
            file = self._files.save(name, pieces, user_id=bot.id, channel_id=channel_id)
        except Stopped:
            return
        post = Post(
            user_id=bot.id, channel_id=channel_id, message="The report about users that you asked for is ready."
        )
        post.props, post.file_ids = {"from_bot": "true"}, [file.id]
        self._posts.create(post, session=Session(id="", token="", user_id=bot.id, roles=bot.roles), set_online=False)

    def _table(self, wanted: Wanted, times: tuple[int, int], progress: Progress) -> Iterator[bytes]:
        """Yield the table a page at a time, so that memory doesn't grow with the number of accounts."""
        yield _line(COLUMNS)
        total, done = max(1, self._store.count(wanted)), 0
        wanted.limit = PAGE
        while ids := self._store.page(wanted):
            users, activity = self._users.get_many(ids), self._store.activity(ids, *times)
            yield b"".join(_line(_row(users[id], activity[id])) for id in ids if id in users)
            done += len(ids)
            if not progress(min(99, done * 100 // total)):
                raise Stopped
            wanted.from_id, wanted.from_value = ids[-1], users[ids[-1]].username if ids[-1] in users else ""
            if len(ids) < PAGE:
                return


def _row(user: User, activity: Activity) -> tuple[object, ...]:
    return (
        user.id, user.username, user.email, _time(user.create_at), f"{user.first_name} {user.last_name}".strip(),
        user.roles, _time(user.last_login), _time(activity.last_status_at), _time(activity.last_post_date),
        activity.days_active or 0, activity.total_posts or 0, _time(user.delete_at),
    )  # fmt: skip


def _line(cells: tuple[object, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(str(cell)) for cell in cells])
    return out.getvalue().encode()


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    # SECURITY: people choose their names; administrators open this table (OWASP: CSV injection).
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _time(ms: int | msgspec.UnsetType | None) -> str:
    return datetime.fromtimestamp(int(ms) / 1000, UTC).isoformat(timespec="seconds") if ms else ""


_ASKED: Final = ("role", "team_id", "no_team", "active", "term", "guests")


def _as_data(wanted: Wanted) -> dict[str, str]:
    return {name: value for name in _ASKED if (value := _text(getattr(wanted, name)))}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")


def _from_data(data: dict[str, Any]) -> Wanted:
    given = {name: str(data[name]) for name in _ASKED if data.get(name)}
    return msgspec.convert(given, Wanted, strict=False)
