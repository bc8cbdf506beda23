"""Every query on the teams and channels that belong to groups, and on their members who are in no group."""

from typing import Any, Final, NamedTuple

import msgspec

from hubbub.core.contracts.groups import Group
from hubbub.core.db import Database
from hubbub.plugins.groups.records import COLUMNS, to_group

_GROUP: Final = ", ".join("g." + name for name in COLUMNS)


class Link(msgspec.Struct, kw_only=True, omit_defaults=False):
    """What the API says of a team or channel that belongs to a group."""

    group_id: str
    auto_add: bool
    scheme_admin: bool
    create_at: int
    delete_at: int
    update_at: int
    team_id: str
    team_display_name: str
    team_type: str
    channel_id: str | msgspec.UnsetType = msgspec.UNSET
    channel_display_name: str | msgspec.UnsetType = msgspec.UNSET
    channel_type: str | msgspec.UnsetType = msgspec.UNSET


class Kind(NamedTuple):
    """Where the members of a team or of a channel are found, and what belongs to groups."""

    name: str
    links: str
    members: str
    column: str
    current: str


TEAM: Final = Kind("team", "groupteams", "teammembers", "teamid", " AND m.deleteat = 0")
CHANNEL: Final = Kind("channel", "groupchannels", "channelmembers", "channelid", "")
_LINK: Final = "l.groupid, l.autoadd, l.schemeadmin, l.createat, l.deleteat, l.updateat"


class LinkStore:
    """Reads which teams and channels belong to groups."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def teams(self, group_id: str, team_id: str = "") -> list[Link]:
        """Return the teams of a group, or one of them."""
        one, params = (" AND l.teamid = ?", (group_id, team_id)) if team_id else ("", (group_id,))
        sql = f"""SELECT {_LINK}, t.id, t.displayname, t.type FROM {{groupteams}} l JOIN {{teams}} t ON t.id = l.teamid
            WHERE l.groupid = ? AND l.deleteat = 0{one} ORDER BY t.displayname, t.id"""
        return [_link(row) for row in self._db.fetch_all(sql, params)]

    def channels(self, group_id: str, channel_id: str = "") -> list[Link]:
        """Return the channels of a group, or one of them."""
        one, params = (" AND l.channelid = ?", (group_id, channel_id)) if channel_id else ("", (group_id,))
        sql = f"""SELECT {_LINK}, t.id, t.displayname, t.type, c.id, c.displayname, c.type FROM {{groupchannels}} l
            JOIN {{channels}} c ON c.id = l.channelid LEFT JOIN {{teams}} t ON t.id = c.teamid
            WHERE l.groupid = ? AND l.deleteat = 0{one} ORDER BY c.displayname, c.id"""
        return [_link(row) for row in self._db.fetch_all(sql, params)]

    def exists(self, kind: Kind, group_id: str, object_id: str, *, ended: bool = False) -> bool:
        """Say whether something belongs to a group now; with `ended`, whether it did."""
        condition = "deleteat > 0" if ended else "deleteat = 0"
        sql = f"SELECT 1 FROM {{{kind.links}}} WHERE groupid = ? AND {kind.column} = ? AND {condition}"
        return self._db.fetch_one(sql, (group_id, object_id)) is not None

    def put(
        self, kind: Kind, group_id: str, object_id: str, auto_add: bool | None, scheme_admin: bool | None, now: int
    ) -> None:
        """Have something belong to a group; None leaves a field as it is, and is False for a new link."""
        given = {"autoadd": auto_add, "schemeadmin": scheme_admin}
        given = {name: value for name, value in given.items() if value is not None}
        columns = {"updateat": now, "deleteat": 0, **given}
        assignments = ", ".join(f"{name} = ?" for name in columns)
        sql = f"UPDATE {{{kind.links}}} SET {assignments} WHERE groupid = ? AND {kind.column} = ?"
        if not self._db.execute(sql, (*columns.values(), group_id, object_id)):
            row = {"autoadd": False, "schemeadmin": False, "createat": now, **columns}
            names = ("groupid", kind.column, *row)
            values = (group_id, object_id, *row.values())
            # Somebody else may link it in the same moment: the later one counts.
            self._db.upsert(kind.links, names, ("groupid", kind.column), [values])

    def end(self, kind: Kind, group_id: str, object_id: str, now: int) -> None:
        """Have something no longer belong to a group."""
        sql = f"UPDATE {{{kind.links}}} SET deleteat = ?, updateat = ? WHERE groupid = ? AND {kind.column} = ?"
        self._db.execute(sql, (now, now, group_id, object_id))

    def channels_in_team(self, group_id: str, team_id: str) -> list[str]:
        """Return the ids of the team's channels that belong to a group."""
        sql = """SELECT l.channelid FROM {groupchannels} l JOIN {channels} c ON c.id = l.channelid
            WHERE l.groupid = ? AND c.teamid = ? AND l.deleteat = 0"""
        return [row[0] for row in self._db.fetch_all(sql, (group_id, team_id))]

    def admins(self, group_ids: list[str], *, team_id: str = "", channel_id: str = "") -> set[str]:
        """Return those of the groups whose members administer the team or channel."""
        table, column = ("groupteams", "teamid") if team_id else ("groupchannels", "channelid")
        sql = f"""SELECT groupid FROM {{{table}}} WHERE {column} = ? AND deleteat = 0 AND schemeadmin = TRUE
            AND groupid IN ({{ids}})"""
        return {row[0] for row in self._db.select_in(sql, group_ids, (team_id or channel_id,))}

    def by_channels(self, team_id: str, *, mentionable: bool) -> list[tuple[str, Group]]:
        """Return (channel id, group) for all groups to which channels of a team belong."""
        only = " AND g.allowreference = TRUE" if mentionable else ""
        sql = f"""SELECT {_GROUP}, 1, l.schemeadmin, l.channelid FROM {{groupchannels}} l
            JOIN {{channels}} c ON c.id = l.channelid JOIN {{usergroups}} g ON g.id = l.groupid
            WHERE c.teamid = ? AND l.deleteat = 0 AND g.deleteat = 0{only} ORDER BY l.channelid, g.displayname, g.id"""
        found = []
        for row in self._db.fetch_all(sql, (team_id,)):
            group = to_group(row)
            group.scheme_admin = bool(row[-2])
            found.append((row[-1], group))
        return found

    def outsiders(
        self, kind: Kind, object_id: str, group_ids: list[str], *, offset: int, limit: int
    ) -> list[tuple[str, bool, bool, bool]]:
        """Return (user id, guest, user, admin) of active people of a team or channel in none of the groups."""
        where, params = self._outsiders(kind, object_id, group_ids)
        sql = f"SELECT m.userid, m.schemeguest, m.schemeuser, m.schemeadmin{where} ORDER BY u.username LIMIT ? OFFSET ?"
        rows = self._db.fetch_all(sql, (*params, limit, offset))
        return [(row[0], bool(row[1]), bool(row[2]), bool(row[3])) for row in rows]

    def count_outsiders(self, kind: Kind, object_id: str, group_ids: list[str]) -> int:
        """Return how many people of a team or channel are in none of the groups."""
        where, params = self._outsiders(kind, object_id, group_ids)
        return int(self._db.fetch_value(f"SELECT COUNT(*){where}", params))

    def _outsiders(self, kind: Kind, object_id: str, group_ids: list[str]) -> tuple[str, tuple[Any, ...]]:
        listed, values = self._db.in_list("gm.groupid IN ({ids})", group_ids)
        where = f""" FROM {{{kind.members}}} m JOIN {{users}} u ON u.id = m.userid LEFT JOIN {{bots}} b
            ON b.userid = u.id WHERE m.{kind.column} = ?{kind.current} AND u.deleteat = 0 AND b.userid IS NULL
            AND NOT EXISTS
            (SELECT 1 FROM {{groupmembers}} gm WHERE gm.userid = u.id AND gm.deleteat = 0 AND {listed})"""
        return where, (object_id, *values)


def _link(row: tuple[Any, ...]) -> Link:
    link = Link(
        group_id=row[0],
        auto_add=bool(row[1]),
        scheme_admin=bool(row[2]),
        create_at=row[3] or 0,
        delete_at=row[4] or 0,
        update_at=row[5] or 0,
        team_id=row[6] or "",
        team_display_name=row[7] or "",
        team_type=row[8] or "",
    )
    if len(row) > 9:
        link.channel_id, link.channel_display_name, link.channel_type = row[9], row[10] or "", row[11]
    return link
