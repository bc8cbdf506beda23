"""Queries on who belongs to which channel."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.channels import ChannelMember
from hubbub.core.contracts.permissions import effective_roles
from hubbub.core.db import Database
from hubbub.plugins.channels.records import MEMBER_COLUMNS, SCHEME_COLUMNS, SCHEME_JOINS, to_member, to_member_row

_MEMBER: Final = (
    f"SELECT {', '.join('m.' + name for name in MEMBER_COLUMNS)}, {SCHEME_COLUMNS} FROM {{channelmembers}} m"
    + SCHEME_JOINS
)


class MemberStore:
    """Reads and writes memberships. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._one = db.prepare(f"{_MEMBER} WHERE m.channelid = ? AND m.userid = ?")
        self._roles = db.prepare(
            f"SELECT m.channelid, m.roles, m.schemeuser, m.schemeadmin, m.schemeguest, {SCHEME_COLUMNS}"
            f" FROM {{channelmembers}} m{SCHEME_JOINS} WHERE m.userid = ?"
        )

    def get(self, channel_id: str, user_id: str) -> ChannelMember | None:
        """Return a membership."""
        row = self.db.fetch_one(self._one, (channel_id, user_id))
        return None if row is None else to_member(row)

    def roles_of(self, user_id: str) -> dict[str, tuple[str, ...]]:
        """Return channel id → effective roles of all the user's memberships."""
        return {
            channel_id: tuple(
                effective_roles(
                    "channel", explicit or "", user=bool(user), admin=bool(admin), guest=bool(guest), scheme=scheme
                ).split()
            )
            for channel_id, explicit, user, admin, guest, *scheme in self.db.fetch_all(self._roles, (user_id,))
        }

    def ids(self, channel_id: str) -> tuple[str, ...]:
        """Return the ids of a channel's members."""
        rows = self.db.fetch_all("SELECT userid FROM {channelmembers} WHERE channelid = ?", (channel_id,))
        return tuple(row[0] for row in rows)

    def notify_props(self, channel_id: str) -> Mapping[str, Mapping[str, str]]:
        """Return member id → notify props, for members of a channel."""
        rows = self.db.fetch_all("SELECT userid, notifyprops FROM {channelmembers} WHERE channelid = ?", (channel_id,))
        known: dict[str, Mapping[str, str]] = {"": {}}  # most members have the same
        for text in {row[1] or "" for row in rows} - known.keys():
            known[text] = json.decode(text)
        return {row[0]: known[row[1] or ""] for row in rows}

    def page(self, channel_id: str, *, offset: int, limit: int) -> list[ChannelMember]:
        """Return members of a channel, by user id."""
        rows = self.db.fetch_all(
            f"{_MEMBER} WHERE m.channelid = ? ORDER BY m.userid LIMIT ? OFFSET ?", (channel_id, limit, offset)
        )
        return [to_member(row) for row in rows]

    def among(self, channel_id: str, user_ids: Iterable[str]) -> list[ChannelMember]:
        """Return the members among some users."""
        sql = f"{_MEMBER} WHERE m.channelid = ? AND m.userid IN ({{ids}})"
        return [to_member(row) for row in self.db.select_in(sql, user_ids, (channel_id,))]

    def of_user(
        self, user_id: str, *, team_id: str = "", offset: int = 0, limit: int = 1_000_000
    ) -> list[ChannelMember]:
        """Return a user's memberships in channels that aren't archived: of one team (direct ones too), or all."""
        team = " AND (c.teamid = ? OR c.teamid = '')" if team_id else ""
        params: tuple[Any, ...] = (user_id, team_id) if team_id else (user_id,)
        rows = self.db.fetch_all(
            f"{_MEMBER} WHERE m.userid = ? AND c.deleteat = 0{team} ORDER BY m.channelid LIMIT ? OFFSET ?",
            (*params, limit, offset),
        )
        return [to_member(row) for row in rows]

    def in_team(self, user_id: str, team_id: str) -> list[str]:
        """Return the ids of the team's channels the user is a member of, archived ones too."""
        rows = self.db.fetch_all(
            "SELECT m.channelid FROM {channelmembers} m JOIN {channels} c ON c.id = m.channelid"
            " WHERE m.userid = ? AND c.teamid = ?",
            (user_id, team_id),
        )
        return [row[0] for row in rows]

    def count(self, channel_id: str) -> tuple[int, int]:
        """Return how many active members a channel has, and how many of them are guests."""
        row = self.db.fetch_one(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN m.schemeguest THEN 1 ELSE 0 END), 0) FROM {channelmembers} m"
            " JOIN {users} u ON u.id = m.userid WHERE m.channelid = ? AND u.deleteat = 0",
            (channel_id,),
        )
        return (0, 0) if row is None else (int(row[0]), int(row[1]))

    def counts(self, channel_ids: Iterable[str]) -> dict[str, int]:
        """Return how many active members some channels have."""
        rows = self.db.select_in(
            "SELECT m.channelid, COUNT(*) FROM {channelmembers} m JOIN {users} u ON u.id = m.userid"
            " WHERE u.deleteat = 0 AND m.channelid IN ({ids}) GROUP BY m.channelid",
            channel_ids,
        )
        return {row[0]: int(row[1]) for row in rows}

    def lock(self, channel_id: str, user_id: str, now: int) -> None:
        """Have others who change the membership wait for the end of this transaction."""
        sql = "UPDATE {channelmembers} SET lastupdateat = ? WHERE channelid = ? AND userid = ?"
        self.db.execute(sql, (now, channel_id, user_id))

    def timezones(self, channel_id: str) -> list[str]:
        """Return the JSON texts of the members' time zones, each once."""
        rows = self.db.fetch_all(
            "SELECT u.timezone FROM {channelmembers} m JOIN {users} u ON u.id = m.userid WHERE m.channelid = ?",
            (channel_id,),
        )
        return sorted({row[0] for row in rows if row[0]})

    def insert(self, member: ChannelMember, joined_at: int) -> bool:
        """Store a new membership and its place in the history; False when there is one already."""
        added = self.db.insert_new("channelmembers", MEMBER_COLUMNS, to_member_row(member))
        if added:
            self.db.insert_many(
                "channelmemberhistory",
                ("channelid", "userid", "jointime"),
                [(member.channel_id, member.user_id, joined_at)],
                ignore_duplicates=True,
            )
        return added

    def remove(self, channel_id: str, user_id: str, now: int) -> bool:
        """End a membership; say whether there was one."""
        sql = "DELETE FROM {channelmembers} WHERE channelid = ? AND userid = ?"
        removed = self.db.execute(sql, (channel_id, user_id))
        self.db.execute(
            "UPDATE {channelmemberhistory} SET leavetime = ? WHERE channelid = ? AND userid = ? AND leavetime IS NULL",
            (now, channel_id, user_id),
        )
        return bool(removed)

    def set_roles(self, member: ChannelMember) -> bool:
        """Store a membership's roles; say whether it was there."""
        return bool(
            self.db.execute(
                "UPDATE {channelmembers} SET roles = ?, schemeuser = ?, schemeadmin = ?, schemeguest = ?,"
                " lastupdateat = ? WHERE channelid = ? AND userid = ?",
                (
                    member.explicit_roles,
                    member.scheme_user,
                    member.scheme_admin,
                    member.scheme_guest,
                    member.last_update_at,
                    member.channel_id,
                    member.user_id,
                ),
            )
        )

    def set_guest(self, user_id: str, guest: bool, now: int) -> None:
        """Make a guest of a user in all their channels, or a user of a guest."""
        admin = ", schemeadmin = FALSE" if guest else ""
        sql = f"UPDATE {{channelmembers}} SET schemeguest = ?, schemeuser = ?, lastupdateat = ?{admin} WHERE userid = ?"
        self.db.execute(sql, (guest, not guest, now, user_id))

    def set_notify_props(self, channel_id: str, user_id: str, props: dict[str, str], now: int) -> bool:
        """Store a member's notify props; say whether the membership was there."""
        sql = "UPDATE {channelmembers} SET notifyprops = ?, lastupdateat = ? WHERE channelid = ? AND userid = ?"
        return bool(self.db.execute(sql, (json.encode_str(props), now, channel_id, user_id)))

    def set_unread(self, member: ChannelMember) -> bool:
        """Store what a member has read; say whether the membership was there."""
        return bool(
            self.db.execute(
                "UPDATE {channelmembers} SET lastviewedat = ?, msgcount = ?, msgcountroot = ?, mentioncount = ?,"
                " mentioncountroot = ?, urgentmentioncount = ?, lastupdateat = ? WHERE channelid = ? AND userid = ?",
                (
                    member.last_viewed_at,
                    member.msg_count,
                    member.msg_count_root,
                    member.mention_count,
                    member.mention_count_root,
                    member.urgent_mention_count,
                    member.last_update_at,
                    member.channel_id,
                    member.user_id,
                ),
            )
        )
