"""Every query on teams and memberships."""

from collections.abc import Iterable
from typing import Any, Final

from hubbub.core.contracts.teams import Team, TeamMember
from hubbub.core.db import Database
from hubbub.plugins.teams.records import MEMBER_COLUMNS, SCHEME_COLUMNS, TEAM_COLUMNS, to_member, to_team, to_team_row

_TEAM: Final = f"SELECT {', '.join('t.' + name for name in TEAM_COLUMNS)} FROM {{teams}} t"
_MEMBER: Final = (
    f"SELECT {', '.join('m.' + name for name in MEMBER_COLUMNS)}, {', '.join('s.' + name for name in SCHEME_COLUMNS)}"
    " FROM {teammembers} m LEFT JOIN {teams} t ON t.id = m.teamid"
    " LEFT JOIN {schemes} s ON s.id = t.schemeid AND s.deleteat = 0"
)
CHANGEABLE: Final = frozenset(
    {"displayname", "description", "companyname", "alloweddomains", "allowopeninvite", "type", "inviteid",
     "groupconstrained", "cloudlimitsarchived", "deleteat", "lastteamiconupdate", "schemeid"}
)  # fmt: skip


class TeamStore:
    """Reads and writes teams. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._member = db.prepare(f"{_MEMBER} WHERE m.teamid = ? AND m.userid = ?")
        self._renew = db.prepare(
            "UPDATE {teammembers} SET deleteat = 0, createat = ?, roles = ?, schemeuser = ?, schemeadmin = ?,"
            " schemeguest = ? WHERE teamid = ? AND userid = ? AND deleteat > 0"
        )
        self._insert_member = db.prepare(
            f"INSERT INTO {{teammembers}} ({', '.join(MEMBER_COLUMNS)}) VALUES"
            f" ({', '.join('?' * len(MEMBER_COLUMNS))}){db.dialect.ignore_duplicates(MEMBER_COLUMNS)}"
        )
        self._members_of_user = db.prepare(f"{_MEMBER} WHERE m.userid = ?")

    def get(self, team_id: str) -> Team | None:
        """Return a team, archived or not."""
        return self._one(f"{_TEAM} WHERE t.id = ?", team_id)

    def get_by_name(self, name: str) -> Team | None:
        """Return the team of a URL name."""
        return self._one(f"{_TEAM} WHERE t.name = ?", name)

    def get_by_invite_id(self, invite_id: str) -> Team | None:
        """Return the team of an invitation link."""
        return self._one(f"{_TEAM} WHERE t.inviteid = ? AND t.deleteat = 0", invite_id)

    def _one(self, sql: str, *params: Any) -> Team | None:
        row = self.db.fetch_one(sql, params)
        return None if row is None else to_team(row)

    def get_many(self, team_ids: Iterable[str]) -> dict[str, Team]:
        """Return the teams that exist, by id."""
        rows = self.db.select_in(f"{_TEAM} WHERE t.id IN ({{ids}})", team_ids)
        return {row[0]: to_team(row) for row in rows}

    def all(self, *, public_only: bool, private_only: bool, offset: int, limit: int) -> list[Team]:
        """Return teams that aren't archived, by display name."""
        where = self._visible(public_only, private_only)
        rows = self.db.fetch_all(
            f"{_TEAM} WHERE t.deleteat = 0{where} ORDER BY t.displayname, t.id LIMIT ? OFFSET ?", (limit, offset)
        )
        return [to_team(row) for row in rows]

    def count(self, *, public_only: bool, private_only: bool) -> int:
        """Return how many teams `all` would find."""
        where = self._visible(public_only, private_only)
        return int(self.db.fetch_value(f"SELECT COUNT(*) FROM {{teams}} t WHERE t.deleteat = 0{where}"))

    @staticmethod
    def _visible(public_only: bool, private_only: bool) -> str:
        if public_only and private_only:
            return " AND 1 = 0"
        truth = {(True, False): "TRUE", (False, True): "FALSE"}.get((public_only, private_only))
        return f" AND COALESCE(t.allowopeninvite, FALSE) = {truth}" if truth else ""

    def search(self, term: str, *, public_only: bool, private_only: bool, limit: int) -> list[Team]:
        """Return teams whose name or display name holds `term` (in any case)."""
        like = f"%{self.db.dialect.like(term.lower())}%"
        rows = self.db.fetch_all(
            f"{_TEAM} WHERE t.deleteat = 0 AND (LOWER(t.name) LIKE ? ESCAPE '*' OR LOWER(t.displayname) LIKE ?"
            f" ESCAPE '*'){self._visible(public_only, private_only)} ORDER BY t.displayname, t.id LIMIT ?",
            (like, like, limit),
            replica=True,
        )
        return [to_team(row) for row in rows]

    def insert(self, team: Team) -> None:
        """Store a new team. Raises `UniqueViolation` for a taken name."""
        self.db.insert_many("teams", TEAM_COLUMNS, [to_team_row(team)])

    def change(self, team_id: str, columns: dict[str, Any]) -> bool:
        """Set columns of a team; say whether it was there."""
        unknown = set(columns) - CHANGEABLE - {"updateat"}
        if unknown:
            raise ValueError(f"not columns that may change: {sorted(unknown)}")
        assignments = ", ".join(f"{name} = ?" for name in columns)
        return bool(self.db.execute(f"UPDATE {{teams}} SET {assignments} WHERE id = ?", (*columns.values(), team_id)))

    def of_scheme(self, scheme_id: str, *, offset: int, limit: int) -> list[Team]:
        """Return the teams that have a scheme, by display name."""
        rows = self.db.fetch_all(
            f"{_TEAM} WHERE t.schemeid = ? ORDER BY t.displayname, t.id LIMIT ? OFFSET ?", (scheme_id, limit, offset)
        )
        return [to_team(row) for row in rows]

    def drop_scheme(self, scheme_id: str) -> None:
        """Take a scheme from every team that has it."""
        self.db.execute("UPDATE {teams} SET schemeid = NULL WHERE schemeid = ?", (scheme_id,))

    # --- members ---

    def member(self, team_id: str, user_id: str) -> TeamMember | None:
        """Return a membership, ended or not."""
        row = self.db.fetch_one(self._member, (team_id, user_id))
        return None if row is None else to_member(row)

    def memberships_of(self, user_id: str) -> list[TeamMember]:
        """Return every membership of a user, ended ones too."""
        return [to_member(row) for row in self.db.fetch_all(self._members_of_user, (user_id,))]

    def members(self, team_id: str, *, offset: int, limit: int, sort: str, active_only: bool) -> list[TeamMember]:
        """Return current members, by user id or by user name (`sort` "Username")."""
        join, order = "", "m.userid"
        if sort == "Username" or active_only:
            join = " JOIN {users} u ON u.id = m.userid"
        if sort == "Username":
            order = "u.username"
        active = " AND u.deleteat = 0" if active_only else ""
        rows = self.db.fetch_all(
            f"{_MEMBER}{join} WHERE m.teamid = ? AND m.deleteat = 0{active} ORDER BY {order} LIMIT ? OFFSET ?",
            (team_id, limit, offset),
        )
        return [to_member(row) for row in rows]

    def members_by_ids(self, team_id: str, user_ids: Iterable[str]) -> list[TeamMember]:
        """Return the current members among the users."""
        sql = f"{_MEMBER} WHERE m.teamid = ? AND m.deleteat = 0 AND m.userid IN ({{ids}})"
        return [to_member(row) for row in self.db.select_in(sql, user_ids, (team_id,))]

    def member_ids(self, team_id: str) -> list[str]:
        """Return the ids of the current members."""
        sql = "SELECT userid FROM {teammembers} WHERE teamid = ? AND deleteat = 0"
        return [row[0] for row in self.db.fetch_all(sql, (team_id,))]

    def count_members(self, team_id: str) -> tuple[int, int]:
        """Return how many members there are, and how many of them aren't deactivated."""
        row = self.db.fetch_one(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN u.deleteat = 0 THEN 1 ELSE 0 END), 0) FROM {teammembers} m"
            " JOIN {users} u ON u.id = m.userid WHERE m.teamid = ? AND m.deleteat = 0",
            (team_id,),
        )
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def save_member(self, member: TeamMember, now: int) -> bool:
        """Insert a membership, or renew one that had ended; False when there is one already."""
        renewed = self.db.execute(
            self._renew,
            (
                now,
                member.explicit_roles,
                member.scheme_user,
                member.scheme_admin,
                member.scheme_guest,
                member.team_id,
                member.user_id,
            ),
        )
        if renewed:
            return True
        row = (
            member.team_id, member.user_id, member.explicit_roles, 0, member.scheme_user, member.scheme_admin,
            member.scheme_guest, now,
        )  # fmt: skip
        return bool(self.db.execute(self._insert_member, row))

    def end_member(self, team_id: str, user_id: str, now: int) -> bool:
        """End a membership; say whether there was one."""
        sql = "UPDATE {teammembers} SET deleteat = ? WHERE teamid = ? AND userid = ? AND deleteat = 0"
        return bool(self.db.execute(sql, (now, team_id, user_id)))

    def set_guest(self, user_id: str, guest: bool) -> None:
        """Make a guest of a user in all their teams, or a user of a guest."""
        admin = ", schemeadmin = FALSE" if guest else ""
        sql = f"UPDATE {{teammembers}} SET schemeguest = ?, schemeuser = ?{admin} WHERE userid = ?"
        self.db.execute(sql, (guest, not guest, user_id))

    def set_roles(self, member: TeamMember) -> bool:
        """Store a membership's roles; say whether it was there."""
        sql = (
            "UPDATE {teammembers} SET roles = ?, schemeuser = ?, schemeadmin = ?, schemeguest = ?"
            " WHERE teamid = ? AND userid = ?"
        )
        params = (member.explicit_roles, member.scheme_user, member.scheme_admin, member.scheme_guest)
        return bool(self.db.execute(sql, (*params, member.team_id, member.user_id)))
