"""Queries on channels."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core import json
from hubbub.core.contracts.channels import OPEN, Channel
from hubbub.core.db import Database
from hubbub.plugins.channels.records import CHANNEL_COLUMNS, to_channel, to_channel_row

CHANNEL: Final = f"SELECT {', '.join('c.' + name for name in CHANNEL_COLUMNS)} FROM {{channels}} c"
_PUBLIC_COLUMNS: Final = ("id", "deleteat", "teamid", "displayname", "name", "header", "purpose")
CHANGEABLE: Final = frozenset(
    {"displayname", "name", "header", "purpose", "type", "deleteat", "groupconstrained", "bannerinfo", "teamid",
     "defaultcategoryname", "schemeid"}
)  # fmt: skip


class ChannelStore:
    """Reads and writes channels. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._by_id = db.prepare(f"{CHANNEL} WHERE c.id = ?")

    def get(self, channel_id: str) -> Channel | None:
        """Return a channel, archived or not."""
        row = self.db.fetch_one(self._by_id, (channel_id,))
        return None if row is None else to_channel(row)

    def get_many(self, channel_ids: Iterable[str]) -> dict[str, Channel]:
        """Return the channels that exist, by id."""
        rows = self.db.select_in(f"{CHANNEL} WHERE c.id IN ({{ids}})", channel_ids)
        return {row[0]: to_channel(row) for row in rows}

    def get_by_name(self, team_id: str, name: str) -> Channel | None:
        """Return the channel of a URL name, archived or not."""
        row = self.db.fetch_one(f"{CHANNEL} WHERE c.teamid = ? AND c.name = ?", (team_id, name))
        return None if row is None else to_channel(row)

    def _list(self, where: str, params: tuple[Any, ...], *, replica: bool = False) -> list[Channel]:
        return [to_channel(row) for row in self.db.fetch_all(f"{CHANNEL} {where}", params, replica=replica)]

    def of_team(self, team_id: str, type: str, *, offset: int, limit: int, archived: bool = False) -> list[Channel]:
        """Return a team's channels of one type, by display name."""
        deleted = "c.deleteat > 0" if archived else "c.deleteat = 0"
        return self._list(
            f"WHERE c.teamid = ? AND c.type = ? AND {deleted} ORDER BY c.displayname, c.id LIMIT ? OFFSET ?",
            (team_id, type, limit, offset),
        )

    def archived_of_team(
        self, team_id: str, user_id: str, *, everything: bool, offset: int, limit: int
    ) -> list[Channel]:
        """Return archived channels: public ones, and private ones the user is a member of (or everything)."""
        scope = "" if everything else " AND (c.type = 'O' OR m.userid IS NOT NULL)"
        return self._list(
            "LEFT JOIN {channelmembers} m ON m.channelid = c.id AND m.userid = ? WHERE c.teamid = ? AND c.deleteat > 0"
            f"{scope} ORDER BY c.displayname, c.id LIMIT ? OFFSET ?",
            (user_id, team_id, limit, offset),
        )

    def of_user(self, user_id: str, *, team_id: str, include_deleted: bool, deleted_after: int) -> list[Channel]:
        """Return the channels the user is a member of: of one team (direct and group ones too), or of all ("")."""
        where = ["m.userid = ?"]
        params: list[Any] = [user_id]
        if team_id:
            where.append("(c.teamid = ? OR c.teamid = '')")
            params.append(team_id)
        if not include_deleted:
            where.append("c.deleteat = 0")
        elif deleted_after:
            where.append("(c.deleteat = 0 OR c.deleteat >= ?)")
            params.append(deleted_after)
        return self._list(
            "JOIN {channelmembers} m ON m.channelid = c.id WHERE "
            + " AND ".join(where)
            + " ORDER BY c.displayname, c.id",
            tuple(params),
        )

    def search_of_team(
        self, team_id: str, term: str, *, types: tuple[str, ...], member_id: str = "", limit: int, archived: bool | None
    ) -> list[Channel]:
        """Return a team's channels whose name, display name or purpose holds `term`.

        `member_id`: private ones only if that user is a member. `archived` None: both kinds.
        """
        like = f"%{self.db.dialect.like(term.lower())}%"
        where = [f"c.type IN ({', '.join('?' * len(types))})"]
        params: list[Any] = [member_id, *types]
        if team_id:
            where.append("c.teamid = ?")
            params.append(team_id)
        if archived is not None:
            where.append("c.deleteat > 0" if archived else "c.deleteat = 0")
        if member_id:
            where.append("(c.type = 'O' OR m.userid IS NOT NULL)")
        if term:
            where.append(
                "(LOWER(c.name) LIKE ? ESCAPE '*' OR LOWER(c.displayname) LIKE ? ESCAPE '*'"
                " OR LOWER(c.purpose) LIKE ? ESCAPE '*')"
            )
            params += [like, like, like]
        return self._list(
            "LEFT JOIN {channelmembers} m ON m.channelid = c.id AND m.userid = ? WHERE "
            + " AND ".join(where)
            + " ORDER BY c.displayname, c.id LIMIT ?",
            (*params, limit),
            replica=True,
        )

    def all(self, *, include_deleted: bool, exclude_default: bool, offset: int, limit: int) -> list[Channel]:
        """Return public and private channels of every team, by display name."""
        deleted = "" if include_deleted else " AND c.deleteat = 0"
        default = " AND c.name NOT IN ('town-square', 'off-topic')" if exclude_default else ""
        return self._list(
            f"WHERE c.type IN ('O', 'P'){deleted}{default} ORDER BY c.displayname, c.id LIMIT ? OFFSET ?",
            (limit, offset),
            replica=True,
        )

    def count_all(self, *, include_deleted: bool) -> int:
        """Return how many public and private channels there are."""
        deleted = "" if include_deleted else " AND deleteat = 0"
        return int(
            self.db.fetch_value(f"SELECT COUNT(*) FROM {{channels}} WHERE type IN ('O', 'P'){deleted}", replica=True)
        )

    def count_of_team(self, team_id: str) -> int:
        """Return how many public and private channels of a team aren't archived."""
        sql = "SELECT COUNT(*) FROM {channels} WHERE teamid = ? AND type IN ('O', 'P') AND deleteat = 0"
        return int(self.db.fetch_value(sql, (team_id,)))

    def count_pinned(self, channel_id: str) -> int:
        """Return how many pinned posts a channel has."""
        sql = "SELECT COUNT(*) FROM {posts} WHERE channelid = ? AND ispinned = ? AND deleteat = 0"
        return int(self.db.fetch_value(sql, (channel_id, True)))

    def of_scheme(self, scheme_id: str, *, offset: int, limit: int) -> list[Channel]:
        """Return the channels that have a scheme, by display name."""
        return self._list(
            "WHERE c.schemeid = ? ORDER BY c.displayname, c.id LIMIT ? OFFSET ?", (scheme_id, limit, offset)
        )

    def drop_scheme(self, scheme_id: str) -> None:
        """Take a scheme from every channel that has it."""
        self.db.execute("UPDATE {channels} SET schemeid = NULL WHERE schemeid = ?", (scheme_id,))

    def lock(self, channel_id: str) -> None:
        """Have others who decide about the channel wait for the end of this transaction."""
        self.db.execute("UPDATE {channels} SET extraupdateat = extraupdateat WHERE id = ?", (channel_id,))

    def insert(self, channel: Channel) -> None:
        """Store a new channel. Raises `UniqueViolation` for a taken name."""
        self.db.insert_many("channels", CHANNEL_COLUMNS, [to_channel_row(channel)])
        self._copy_public(channel)

    def insert_many(self, channels: Sequence[Channel]) -> None:
        """Store new channels."""
        self.db.insert_many("channels", CHANNEL_COLUMNS, map(to_channel_row, channels))
        rows = [_public_row(channel) for channel in channels if channel.type == OPEN]
        self.db.upsert("publicchannels", _PUBLIC_COLUMNS, ("id",), rows)

    def change(self, channel_id: str, columns: dict[str, Any]) -> Channel | None:
        """Set columns of a channel and return it as it is then."""
        unknown = set(columns) - CHANGEABLE - {"updateat"}
        if unknown:
            raise ValueError(f"not columns that may change: {sorted(unknown)}")
        if columns.get("bannerinfo") is not None:
            columns = {**columns, "bannerinfo": json.encode_str(columns["bannerinfo"])}
        columns = {name: value for name, value in columns.items() if self.db.has_column("channels", name)}
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self.db.execute(f"UPDATE {{channels}} SET {assignments} WHERE id = ?", (*columns.values(), channel_id))
        channel = self.get(channel_id)
        if channel is not None:
            self._copy_public(channel)
        return channel

    def _copy_public(self, channel: Channel) -> None:
        """Keep the search copy of public channels as the channel is."""
        if channel.type != OPEN:
            self.db.execute("DELETE FROM {publicchannels} WHERE id = ?", (channel.id,))
            return
        self.db.upsert("publicchannels", _PUBLIC_COLUMNS, ("id",), [_public_row(channel)])


def _public_row(channel: Channel) -> tuple[Any, ...]:
    return (
        channel.id, channel.delete_at, channel.team_id, channel.display_name, channel.name, channel.header,
        channel.purpose,
    )  # fmt: skip
