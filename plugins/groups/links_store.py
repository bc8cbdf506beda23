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
    """Where the members of a team or of a channel are found."""

    members: str
    column: str
    current: str


TEAM: Final = Kind("teammembers", "teamid", " AND m.deleteat = 0")
CHANNEL: Final = Kind("channelmembers", "channelid", "")
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
