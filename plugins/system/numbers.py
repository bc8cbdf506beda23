"""How much there is: posts, channels, teams, accounts, connections. Counted at most once a minute."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hubbub.core.clock import now_ms
from hubbub.core.contracts.users import UserService
from hubbub.core.db.errors import StoreError
from hubbub.plugins.system.context import SystemContext

DAY_MS: Final = 86_400_000
DAYS: Final = 31
KEPT_S: Final = 60.0
NOT_COUNTED: Final = -1
"""What the API shows for numbers that would take too long to count."""

Row = dict[str, Any]


class Numbers:
    """Counts for administrators. Tables belong to other plugins: one that is off has nothing to count."""

    def __init__(self, context: SystemContext) -> None:
        self._context = context
        self._users = context.service(UserService)
        self._kept = context.cache("numbers", max_items=500, ttl_s=KEPT_S)

    def _once_a_minute(self, key: str, count: Callable[[], Any]) -> Any:
        return self._kept.get_or_load(key, lambda _key: count())

    def _count(self, sql: str, *params: object) -> int:
        def count() -> int:
            try:
                return int(self._context.db.fetch_value(sql, params, replica=True) or 0)
            except StoreError:  # the table is not there: its plugin was never on
                return 0

        found: int = self._once_a_minute(f"{sql} {params}", count)
        return found

    def active_users(self) -> int:
        """Return how many accounts are active."""
        found: int = self._once_a_minute("active users", self._users.count)
        return found

    def posts(self) -> int:
        """Return how many posts there are, rounded down to the first digit."""
        exact = self._count("SELECT COUNT(*) FROM {posts} WHERE deleteat = 0")
        unit: int = 10 ** (len(str(exact)) - 1)
        return exact // unit * unit

    @property
    def _may_be_slow(self) -> bool:
        """Say whether there are few enough accounts for numbers that need whole tables."""
        limit: int = self._context.config.AnalyticsSettings.MaxUsersForStatistics
        return self.active_users() <= limit

    def standard(self, team_id: str) -> list[Row]:
        """Return the overview, of one team or (with "") of the server."""
        now = now_ms()
        slow = self._may_be_slow
        channels = "SELECT COUNT(*) FROM {channels} WHERE type = ? AND deleteat = 0"
        team = (team_id,) if team_id else ()
        of_team = " AND teamid = ?" if team_id else ""
        active_since = "SELECT COUNT(*) FROM {status} WHERE lastactivityat > ?"
        pool = self._context.db.stats()
        return [
            _row("channel_open_count", self._count(channels + of_team, "O", *team)),
            _row("channel_private_count", self._count(channels + of_team, "P", *team)),
            _row("post_count", self._posts_of(team_id) if slow else NOT_COUNTED),
            _row("unique_user_count", self._members_of(team_id) if team_id else self.active_users()),
            _row("team_count", self._count("SELECT COUNT(*) FROM {teams} WHERE deleteat = 0")),
            _row("total_websocket_connections", self._context.hub.connected_count),
            _row("total_master_db_connections", pool["open"]),
            _row("total_read_db_connections", self._context.db.replicas.stats()["open"]),
            _row("daily_active_users", self._count(active_since, _minute(now - DAY_MS))),
            _row("monthly_active_users", self._count(active_since, _minute(now - DAYS * DAY_MS))),
            _row("inactive_user_count", self._count("SELECT COUNT(*) FROM {users} WHERE deleteat > 0")),
        ]

    def _members_of(self, team_id: str) -> int:
        return self._count("SELECT COUNT(*) FROM {teammembers} WHERE teamid = ? AND deleteat = 0", team_id)

    def _posts_of(self, team_id: str) -> int:
        if not team_id:
            return self._count("SELECT COUNT(*) FROM {posts}")
        sql = "SELECT COUNT(*) FROM {posts} p JOIN {channels} c ON c.id = p.channelid WHERE c.teamid = ?"
        return self._count(sql, team_id)

    def extra(self) -> list[Row]:
        """Return the numbers of what surrounds posts."""
        now = _minute(now_ms())
        sessions = "SELECT COUNT(*) FROM {sessions} WHERE expiresat = 0 OR expiresat > ?"
        return [
            _row("incoming_webhook_count", self._count("SELECT COUNT(*) FROM {incomingwebhooks} WHERE deleteat = 0")),
            _row("outgoing_webhook_count", self._count("SELECT COUNT(*) FROM {outgoingwebhooks} WHERE deleteat = 0")),
            _row("command_count", self._count("SELECT COUNT(*) FROM {commands} WHERE deleteat = 0")),
            _row("session_count", self._count(sessions, now)),
        ]

    def by_day(self, what: str, team_id: str, *, bots_only: bool = False) -> list[Row]:
        """Return a number (`what` is the SQL of an aggregate over posts) per day of the last month, UTC."""
        if not self._may_be_slow:
            return []
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        days = [today - timedelta(days=back) for back in range(DAYS)]
        sql = f"SELECT {what} FROM {{posts}} p"
        condition, params = " WHERE p.createat >= ? AND p.createat < ?", list[str]()
        if team_id:
            sql += " JOIN {channels} c ON c.id = p.channelid"
            condition, params = condition + " AND c.teamid = ?", [team_id]
        if bots_only:
            sql += " JOIN {bots} b ON b.userid = p.userid"
        answer = []
        for day in days:
            begin = int(day.timestamp() * 1000)
            answer.append(_row(day.strftime("%Y-%m-%d"), self._count(sql + condition, begin, begin + DAY_MS, *params)))
        return answer


def _row(name: str, value: int) -> Row:
    return {"name": name, "value": value}


def _minute(time_ms: int) -> int:
    """Return a moment rounded down to the minute, so that a number asked for again is the one that is kept."""
    return time_ms - time_ms % 60_000
