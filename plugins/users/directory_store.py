"""Queries that find many accounts: by team, channel, role, words.

Joins the tables of memberships read-only (see the plugin's docstring).
"""

from typing import Any, Final

import msgspec

from hubbub.core.contracts.users import User
from hubbub.core.db import table_names
from hubbub.core.http.paging import Page
from hubbub.plugins.users.records import FROM, SELECT, WIDTH, user_of

_IN_TEAM: Final = "EXISTS (SELECT 1 FROM {teammembers} tm WHERE tm.userid = u.id AND tm.teamid = ? AND tm.deleteat = 0)"
_IN_CHANNEL: Final = "EXISTS (SELECT 1 FROM {channelmembers} cm WHERE cm.userid = u.id AND cm.channelid = ?)"
_TEAM_ROLE: Final = (
    "EXISTS (SELECT 1 FROM {{teammembers}} rm WHERE rm.userid = u.id AND rm.teamid = ? AND rm.deleteat = 0 AND {flag})"
)
_CHANNEL_ROLE: Final = (
    "EXISTS (SELECT 1 FROM {{channelmembers}} rm WHERE rm.userid = u.id AND rm.channelid = ? AND {flag})"
)
_MEMBER_FLAGS: Final = {
    "admin": "rm.schemeadmin = TRUE",
    "user": "rm.schemeuser = TRUE AND (rm.schemeadmin IS NULL OR rm.schemeadmin = FALSE)",
    "guest": "rm.schemeguest = TRUE",
}
_IN_GROUP: Final = "EXISTS (SELECT 1 FROM {groupmembers} x WHERE x.userid = u.id AND x.groupid = ? AND x.deleteat = 0)"
_IN_ANY_TEAM: Final = "EXISTS (SELECT 1 FROM {teammembers} tm WHERE tm.userid = u.id AND tm.deleteat = 0)"
_KNOWN_TO: Final = """(u.id = ? OR EXISTS (SELECT 1 FROM {channelmembers} mine
 JOIN {channelmembers} theirs ON theirs.channelid = mine.channelid WHERE mine.userid = ? AND theirs.userid = u.id))"""
_STATUS_ORDER: Final = "CASE st.status WHEN 'online' THEN 1 WHEN 'away' THEN 2 WHEN 'dnd' THEN 3 ELSE 4 END, u.username"
_JOIN_STATUS: Final = " LEFT JOIN {status} st ON st.userid = u.id"
_ORDERS: Final = {
    "": ("", "u.username"),
    "create_at": ("", "u.createat DESC, u.id"),
    "last_activity_at": (_JOIN_STATUS, "COALESCE(st.lastactivityat, 0) DESC, u.username"),
    "status": (_JOIN_STATUS, _STATUS_ORDER),
    "display_name": ("", "COALESCE(NULLIF(u.nickname, ''), NULLIF(u.firstname, ''), u.username), u.username"),
}
SORTS: Final = frozenset({*_ORDERS, "admin"})


class Filter(msgspec.Struct, kw_only=True):
    """Which accounts are wanted; empty strings and None leave a condition out."""

    in_team: str = ""
    not_in_team: str = ""
    in_channel: str = ""
    in_group: str = ""
    not_in_group: str = ""
    not_in_channel: str = ""
    without_team: bool = False
    active: bool | None = None
    roles: list[str] = msgspec.field(default_factory=list)
    team_roles: list[str] = msgspec.field(default_factory=list)
    channel_roles: list[str] = msgspec.field(default_factory=list)
    include_bots: bool = True
    updated_after: int = 0
    ids: list[str] | None = None
    known_to: str = ""
    words: list[str] = msgspec.field(default_factory=list)
    word_columns: tuple[str, ...] = ()
    sort: str = ""


class DirectoryStore:
    """Finds accounts."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._has_groups = False

    def find(self, wanted: Filter, page: Page) -> list[User]:
        """Return a page of the accounts that `wanted` describes, in its order."""
        where, params = self._where(wanted)
        join, order = self._order(wanted)
        extra = ", st.lastactivityat" if "st.lastactivityat" in order else ""
        sql = f"{SELECT}{extra}{FROM}{join}{where} ORDER BY {order} LIMIT ? OFFSET ?"
        before = (wanted.in_channel,) if wanted.sort == "admin" else ()
        rows = self._db.fetch_all(sql, (*before, *params, page.limit, page.offset), replica=True)
        users = [user_of(row) for row in rows]
        if extra:
            for user, row in zip(users, rows, strict=True):
                user.last_activity_at = row[WIDTH] or msgspec.UNSET
        return users

    def count(self, wanted: Filter) -> int:
        """Return how many accounts `wanted` describes."""
        where, params = self._where(wanted)
        return int(self._db.fetch_value(f"SELECT COUNT(*){FROM}{where}", params, replica=True))

    @staticmethod
    def _order(wanted: Filter) -> tuple[str, str]:
        if wanted.sort == "admin":
            join = " JOIN {channelmembers} om ON om.userid = u.id AND om.channelid = ?"
            return join, "CASE WHEN om.schemeadmin THEN 0 ELSE 1 END, u.username"
        return _ORDERS[wanted.sort]

    def _where(self, wanted: Filter) -> tuple[str, list[Any]]:
        conditions: list[str] = []
        params: list[Any] = []

        def add(condition: str, *values: Any) -> None:
            conditions.append(condition)
            params.extend(values)

        if wanted.ids is not None:
            text, values = self._db.in_list("u.id IN ({ids})", wanted.ids or [""])
            add(text, *values)
        for condition, value in (
            (_IN_TEAM, wanted.in_team),
            (f"NOT {_IN_TEAM}", wanted.not_in_team),
            (_IN_CHANNEL, wanted.in_channel),
            (f"NOT {_IN_CHANNEL}", wanted.not_in_channel),
            (_IN_GROUP, wanted.in_group),
            (f"NOT {_IN_GROUP}", wanted.not_in_group),
        ):
            if value:
                add(condition, value)
        if wanted.without_team:
            add(f"NOT {_IN_ANY_TEAM}")
        if wanted.active is not None:
            add("u.deleteat = 0" if wanted.active else "u.deleteat <> 0")
        if not wanted.include_bots:
            add("b.userid IS NULL")
        if wanted.updated_after:
            add("u.updateat > ?", wanted.updated_after)
        if wanted.known_to:
            add(_KNOWN_TO, wanted.known_to, wanted.known_to)
        if wanted.roles or wanted.team_roles or wanted.channel_roles:
            self._add_roles(wanted, add)
        for word in wanted.words:
            pattern = self._db.dialect.like(word) + "%"
            columns = " OR ".join(f"LOWER(u.{column}) LIKE ? ESCAPE '*'" for column in wanted.word_columns)
            add(f"({columns})", *[pattern] * len(wanted.word_columns))
        return (" WHERE " + " AND ".join(conditions) if conditions else ""), params

    def _add_roles(self, wanted: Filter, add: Any) -> None:
        """Demand one of the roles: of the system (a column holds several, separated by spaces) or of a member."""
        parts: list[str] = []
        values: list[str] = []
        for scope, where, roles, object_id in (
            ("team", _TEAM_ROLE, wanted.team_roles, wanted.in_team),
            ("channel", _CHANNEL_ROLE, wanted.channel_roles, wanted.in_channel),
        ):
            for role in roles:
                parts.append(where.format(flag=_MEMBER_FLAGS.get(role.removeprefix(f"{scope}_"), "1 = 0")))
                values.append(object_id)
        for role in wanted.roles:
            name = self._db.dialect.like(role)
            for pattern in (name, f"{name} %", f"% {name}", f"% {name} %"):
                parts.append("u.roles LIKE ? ESCAPE '*'")
                values.append(pattern)
        add(f"({' OR '.join(parts)})", *values)

    def outside_domains(self, domains: list[str], page: Page) -> list[User]:
        """Return active people who are no guests and whose address is of none of the domains, by user name."""
        outside = " AND ".join(["u.email NOT LIKE ? ESCAPE '*'"] * len(domains))
        sql = f"""{SELECT}{FROM} WHERE u.deleteat = 0 AND b.userid IS NULL
            AND u.roles NOT LIKE '%system*_guest%' ESCAPE '*' AND {outside} ORDER BY u.username LIMIT ? OFFSET ?"""
        likes = [f"%@{self._db.dialect.like(domain)}" for domain in domains]
        return [user_of(row) for row in self._db.fetch_all(sql, (*likes, page.limit, page.offset), replica=True)]

    def group_source(self, group_id: str) -> str | None:
        """Return where a group comes from; None for one that isn't there (or when there are no groups at all)."""
        if not self._has_groups:
            self._has_groups = "usergroups" in table_names(self._db)
        row = self._has_groups and self._db.fetch_one("SELECT source FROM {usergroups} WHERE id = ?", (group_id,))
        return str(row[0]) if row else None

    # -- who knows whom

    def known_ids(self, viewer_id: str) -> list[str]:
        """Return the ids of everybody who shares a channel with the viewer."""
        sql = """SELECT DISTINCT theirs.userid FROM {channelmembers} mine
            JOIN {channelmembers} theirs ON theirs.channelid = mine.channelid
            WHERE mine.userid = ? AND theirs.userid <> ?"""
        return [row[0] for row in self._db.fetch_all(sql, (viewer_id, viewer_id), replica=True)]

    def group_members(self, viewer_id: str, channel_ids: list[str]) -> dict[str, list[User]]:
        """Return the members of those group channels (type G) of the list that the viewer is in, by channel."""
        sql = f"""{SELECT}, cm.channelid{FROM} JOIN {{channelmembers}} cm ON cm.userid = u.id
            JOIN {{channels}} c ON c.id = cm.channelid AND c.type = 'G'
            JOIN {{channelmembers}} mine ON mine.channelid = cm.channelid AND mine.userid = ?
            WHERE cm.channelid IN ({{ids}}) ORDER BY u.username"""
        members: dict[str, list[User]] = {}
        for row in self._db.select_in(sql, channel_ids, (viewer_id,)):
            members.setdefault(row[WIDTH], []).append(user_of(row))
        return members

    def allowed_domains_of_invite(self, invite_id: str) -> str | None:
        """Return the domains whose addresses may join the team of an invitation; None for no such team."""
        sql = "SELECT alloweddomains FROM {teams} WHERE inviteid = ? AND deleteat = 0"
        row = self._db.fetch_one(sql, (invite_id,))
        return None if row is None else row[0] or ""
