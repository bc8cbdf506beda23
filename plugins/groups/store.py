"""Every query on groups and who is in them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core.contracts.groups import Group, GroupMember
from hubbub.core.db import Database
from hubbub.plugins.groups.records import COLUMNS, GroupFilter, to_group, to_row

_SELECT: Final = (
    f"SELECT {', '.join('g.' + name for name in COLUMNS)},"
    " (SELECT COUNT(*) FROM {groupteams} x WHERE x.groupid = g.id AND x.deleteat = 0)"
    " + (SELECT COUNT(*) FROM {groupchannels} y WHERE y.groupid = g.id AND y.deleteat = 0)"
)
_FROM: Final = " FROM {usergroups} g"
_LINKED: Final = "EXISTS (SELECT 1 FROM {{{table}}} l WHERE l.groupid = g.id AND l.{column} = ? AND l.deleteat = 0)"
_OF_TEAM: Final = _LINKED.format(table="groupteams", column="teamid")
_OF_CHANNEL: Final = _LINKED.format(table="groupchannels", column="channelid")
_HAS_MEMBER: Final = _LINKED.format(table="groupmembers", column="userid")
_TEAM_PERMITS: Final = """NOT EXISTS (SELECT 1 FROM {channels} c JOIN {teams} t ON t.id = c.teamid
 WHERE c.id = ? AND t.groupconstrained = TRUE AND NOT EXISTS
 (SELECT 1 FROM {groupteams} p WHERE p.groupid = g.id AND p.teamid = t.id AND p.deleteat = 0))"""
_MEMBERS: Final = (
    " FROM {groupmembers} m JOIN {users} u ON u.id = m.userid AND u.deleteat = 0 WHERE m.deleteat = 0 AND m.groupid"
)
_IN_CHANNEL: Final = (
    " FROM {groupmembers} m JOIN {users} u ON u.id = m.userid AND u.deleteat = 0"
    " JOIN {channelmembers} cm ON cm.userid = m.userid AND cm.channelid = ? WHERE m.deleteat = 0"
)


class GroupStore:
    """Reads and writes groups. Times in ms."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # -- groups

    def get(self, group_id: str) -> Group | None:
        """Return a group, a deleted one too."""
        row = self._db.fetch_one(f"{_SELECT}{_FROM} WHERE g.id = ?", (group_id,))
        return None if row is None else to_group(row)

    def get_by_remote_id(self, source: str, remote_id: str) -> Group | None:
        """Return the group that is this one elsewhere, a deleted one too."""
        row = self._db.fetch_one(f"{_SELECT}{_FROM} WHERE g.source = ? AND g.remoteid = ?", (source, remote_id))
        return None if row is None else to_group(row)

    def find(self, wanted: GroupFilter, *, offset: int = 0, limit: int = 1_000_000) -> list[Group]:
        """Return the groups that `wanted` describes, by display name."""
        where, params = self._where(wanted)
        sql = f"{_SELECT}{_FROM}{where} ORDER BY g.displayname, g.id LIMIT ? OFFSET ?"
        return [to_group(row) for row in self._db.fetch_all(sql, (*params, limit, offset))]

    def count(self, wanted: GroupFilter) -> int:
        """Return how many groups `wanted` describes."""
        where, params = self._where(wanted)
        return int(self._db.fetch_value(f"SELECT COUNT(*){_FROM}{where}", params))

    def _where(self, wanted: GroupFilter) -> tuple[str, list[Any]]:
        conditions: list[str] = []
        params: list[Any] = []
        for condition, value in (
            (_OF_TEAM, wanted.team_id),
            (_OF_CHANNEL, wanted.channel_id),
            (f"NOT {_OF_TEAM}", wanted.not_team_id),
            (f"NOT {_OF_CHANNEL}", wanted.not_channel_id),
            (_TEAM_PERMITS, wanted.permitted_by_team_of),
            (_HAS_MEMBER, wanted.member_id),
            ("g.source = ?", wanted.source),
            ("g.updateat >= ?", wanted.since),
        ):
            if value:
                conditions.append(condition)
                params.append(value)
        if wanted.q:
            conditions.append("(LOWER(g.displayname) LIKE ? ESCAPE '*' OR LOWER(g.name) LIKE ? ESCAPE '*')")
            params += [f"%{self._db.dialect.like(wanted.q.lower())}%"] * 2
        if wanted.names is not None:
            text, values = self._db.in_list("g.name IN ({ids})", wanted.names or [""])
            conditions.append(text)
            params += values
        if wanted.mentionable:
            conditions.append("g.allowreference = TRUE")
        if wanted.not_custom:
            conditions.append("g.source <> 'custom'")
        if wanted.archived is not None and not wanted.since:
            conditions.append("g.deleteat > 0" if wanted.archived else "g.deleteat = 0")
        return (" WHERE " + " AND ".join(conditions) if conditions else ""), params

    def insert(self, group: Group) -> None:
        """Store a new group. Raises `UniqueViolation` for a taken name."""
        self._db.insert_many("usergroups", COLUMNS, [to_row(group)])

    def update(self, group: Group) -> None:
        """Store a changed group. Raises `UniqueViolation` for a taken name."""
        columns = ("name", "displayname", "description", "allowreference", "updateat", "deleteat")
        values = (
            group.name or None, group.display_name, group.description, group.allow_reference, group.update_at,
            group.delete_at,
        )  # fmt: skip
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._db.execute(f"UPDATE {{usergroups}} SET {assignments} WHERE id = ?", (*values, group.id))

    def username_exists(self, name: str) -> bool:
        """Say whether somebody's user name is this."""
        return self._db.fetch_one("SELECT 1 FROM {users} WHERE username = ?", (name,)) is not None

    # -- members

    def member_ids(self, group_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return the ids of the active members, by group."""
        found: dict[str, list[str]] = {}
        for group_id, user_id in self._db.select_in(f"SELECT m.groupid, m.userid{_MEMBERS} IN ({{ids}})", group_ids):
            found.setdefault(group_id, []).append(user_id)
        return found

    def member_counts(self, group_ids: Iterable[str]) -> dict[str, int]:
        """Return how many active members groups have."""
        sql = f"SELECT m.groupid, COUNT(*){_MEMBERS} IN ({{ids}}) GROUP BY m.groupid"
        return {row[0]: int(row[1]) for row in self._db.select_in(sql, group_ids)}

    def page_of_members(self, group_id: str, *, offset: int, limit: int) -> list[str]:
        """Return the ids of active members, by user name."""
        sql = f"SELECT m.userid{_MEMBERS} = ? ORDER BY u.username LIMIT ? OFFSET ?"
        return [row[0] for row in self._db.fetch_all(sql, (group_id, limit, offset))]

    def timezones_in_channel(self, channel_id: str, group_ids: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Return (group id, time zone as JSON) of each member of groups in a channel; no ids: of all groups there."""
        sql = f"SELECT m.groupid, u.timezone{_IN_CHANNEL}"
        if not group_ids:
            return [(row[0], row[1] or "") for row in self._db.fetch_all(sql, (channel_id,))]
        rows = self._db.select_in(f"{sql} AND m.groupid IN ({{ids}})", group_ids, (channel_id,))
        return [(row[0], row[1] or "") for row in rows]

    def members(self, group_id: str, user_ids: Iterable[str]) -> list[GroupMember]:
        """Return the current memberships among the users."""
        sql = """SELECT groupid, userid, createat, deleteat FROM {groupmembers}
            WHERE groupid = ? AND deleteat = 0 AND userid IN ({ids})"""
        rows = self._db.select_in(sql, user_ids, (group_id,))
        return [GroupMember(group_id=row[0], user_id=row[1], create_at=row[2], delete_at=row[3]) for row in rows]

    def all_members(self, group_id: str) -> list[GroupMember]:
        """Return the current memberships, of deactivated accounts too."""
        sql = "SELECT groupid, userid, createat, deleteat FROM {groupmembers} WHERE groupid = ? AND deleteat = 0"
        rows = self._db.fetch_all(sql, (group_id,))
        return [GroupMember(group_id=row[0], user_id=row[1], create_at=row[2], delete_at=row[3]) for row in rows]

    def put_members(self, members: Iterable[GroupMember]) -> None:
        """Store memberships, new or ended ones."""
        rows = [(member.group_id, member.user_id, member.create_at, member.delete_at) for member in members]
        columns = ("groupid", "userid", "createat", "deleteat")
        self._db.upsert("groupmembers", columns, ("groupid", "userid"), rows)

    def touch(self, group_id: str, now: int) -> None:
        """Have others who change the group wait for the end of this transaction."""
        self._db.execute("UPDATE {usergroups} SET updateat = ? WHERE id = ?", (now, group_id))

    def groups_of(self, user_ids: Iterable[str]) -> dict[str, list[Group]]:
        """Return the groups that users are in, by user."""
        sql = f"""{_SELECT}, m.userid{_FROM} JOIN {{groupmembers}} m ON m.groupid = g.id AND m.deleteat = 0
            WHERE g.deleteat = 0 AND m.userid IN ({{ids}}) ORDER BY g.displayname, g.id"""
        found: dict[str, list[Group]] = {}
        for row in self._db.select_in(sql, user_ids):
            found.setdefault(row[-1], []).append(to_group(row))
        return found
