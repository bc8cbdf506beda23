"""Every query of reports."""

from typing import Any, Final

import msgspec

from hubbub.core.db import Database

SORTS: Final = {
    "CreateAt": "u.createat",
    "Username": "u.username",
    "FirstName": "u.firstname",
    "LastName": "u.lastname",
    "Nickname": "u.nickname",
    "Email": "u.email",
    "Roles": "u.roles",
}
"""What reports can be sorted by, and the columns."""
SEARCHED: Final = ("username", "firstname", "lastname", "nickname", "email")
DAY_MS: Final = 86_400_000
_FROM: Final = " FROM {users} u LEFT JOIN {bots} b ON b.userid = u.id"
_TEAM: Final = "EXISTS (SELECT 1 FROM {teammembers} t WHERE t.userid = u.id AND t.deleteat = 0"
_CHANNELS: Final = "(SELECT COUNT(*) FROM {channelmembers} c WHERE c.userid = u.id)"


class Wanted(msgspec.Struct, kw_only=True):
    """Which accounts are wanted, from where on, in which order. `active`: None both kinds."""

    role: str = ""
    team_id: str = ""
    no_team: bool = False
    active: bool | None = None
    term: str = ""
    guests: str = ""
    sort: str = "Username"
    descending: bool = False
    backwards: bool = False
    from_value: str = ""
    from_id: str = ""
    limit: int = 50


class Activity(msgspec.Struct, kw_only=True):
    """How active somebody is. Times in ms."""

    last_status_at: int | None = None
    last_post_date: int | None = None
    days_active: int | None = None
    total_posts: int | None = None
    channel_count: int | None = None


class ReportStore:
    """Reads accounts and how active they are."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def page(self, wanted: Wanted) -> list[str]:
        """Return the ids of a page of accounts, in the order that is asked for."""
        conditions, params = self._conditions(wanted)
        column = SORTS[wanted.sort]
        up = wanted.descending == wanted.backwards
        if wanted.from_id:
            value: Any = int(wanted.from_value or 0) if wanted.sort == "CreateAt" else wanted.from_value
            beyond = ">" if up else "<"
            conditions.append(f"({column} {beyond} ? OR ({column} = ? AND u.id {beyond} ?))")
            params += [value, value, wanted.from_id]
        way = "ASC" if up else "DESC"
        sql = f"SELECT u.id{_FROM} WHERE {' AND '.join(conditions)} ORDER BY {column} {way}, u.id {way} LIMIT ?"
        ids = [row[0] for row in self._db.fetch_all(sql, (*params, wanted.limit), replica=True)]
        return ids[::-1] if wanted.backwards else ids

    def count(self, wanted: Wanted) -> int:
        """Return how many accounts are wanted."""
        conditions, params = self._conditions(wanted)
        sql = f"SELECT COUNT(*){_FROM} WHERE {' AND '.join(conditions)}"
        return int(self._db.fetch_value(sql, params, replica=True))

    def _conditions(self, wanted: Wanted) -> tuple[list[str], list[Any]]:
        conditions, params = ["b.userid IS NULL"], []
        if wanted.role:
            name = self._db.dialect.like(wanted.role)
            conditions.append("(" + " OR ".join(["u.roles LIKE ? ESCAPE '*'"] * 4) + ")")
            params += [name, f"{name} %", f"% {name}", f"% {name} %"]
        if wanted.guests:
            conditions.append("u.roles LIKE '%system*_guest%' ESCAPE '*'")
            if wanted.guests != "all":
                conditions.append(f"{_CHANNELS} {'=' if wanted.guests == 'single_channel' else '>'} 1")
        if wanted.no_team:
            conditions.append(f"NOT {_TEAM})")
        elif wanted.team_id:
            conditions.append(f"{_TEAM} AND t.teamid = ?)")
            params.append(wanted.team_id)
        if wanted.active is not None:
            conditions.append("u.deleteat = 0" if wanted.active else "u.deleteat > 0")
        if wanted.term:
            pattern = f"%{self._db.dialect.like(wanted.term.lower())}%"
            conditions.append("(" + " OR ".join(f"LOWER(u.{name}) LIKE ? ESCAPE '*'" for name in SEARCHED) + ")")
            params += [pattern] * len(SEARCHED)
        return conditions, params

    def activity(self, user_ids: list[str], begin: int, end: int) -> dict[str, Activity]:
        """Return how active accounts are, posts of a time (ms) only. Three queries."""
        found = {user_id: Activity() for user_id in user_ids}
        sql = "SELECT userid, lastactivityat FROM {status} WHERE userid IN ({ids})"
        for user_id, at in self._db.select_in(sql, user_ids, replica=True):
            found[user_id].last_status_at = at
        sql = f"""SELECT userid, MAX(createat), COUNT(DISTINCT createat - createat % {DAY_MS}), COUNT(*) FROM {{posts}}
            WHERE createat >= ? AND createat < ? AND type = '' AND userid IN ({{ids}}) GROUP BY userid"""
        for user_id, last, days, total in self._db.select_in(sql, user_ids, (begin, end), replica=True):
            of_user = found[user_id]
            of_user.last_post_date, of_user.days_active, of_user.total_posts = last, int(days), int(total)
        sql = "SELECT userid, COUNT(*) FROM {channelmembers} WHERE userid IN ({ids}) GROUP BY userid"
        for user_id, channels in self._db.select_in(sql, user_ids, replica=True):
            found[user_id].channel_count = int(channels)
        return found
