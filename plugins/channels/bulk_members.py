"""Memberships of channels in the bulk format, what members have read, and the counters of channels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from hubbub.core.contracts.bulk import (
    BulkExport,
    BulkImport,
    Entry,
    MemberFlags,
    PostEntry,
    member_flags,
    refused,
    roles_text,
)
from hubbub.core.contracts.bulk_lines import ChannelNotifyProps, UserChannel
from hubbub.core.contracts.channels import ChannelMember
from hubbub.core.contracts.posts import UNCOUNTED_TYPES
from hubbub.core.db import Database
from hubbub.plugins.channels.records import DEFAULT_NOTIFY_PROPS, MEMBER_COLUMNS, to_member, to_member_row

_KEY: Final = ("channelid", "userid")
_SELECT: Final = f"SELECT {', '.join(MEMBER_COLUMNS)} FROM {{channelmembers}}"
_NO_SCHEME: Final = (None, None, None)
_PROPS: Final = {
    "desktop": "desktop", "mobile": "push", "mark_unread": "mark_unread", "email": "email",
    "ignore_channel_mentions": "ignore_channel_mentions", "channel_auto_follow_threads": "channel_auto_follow_threads",
}  # fmt: skip
_COUNTS: Final = (
    "mention_count", "mention_count_root", "urgent_mention_count", "msg_count", "msg_count_root", "last_viewed_at",
)  # fmt: skip
Wanted = tuple[str, str, MemberFlags, Any]
"""Channel id, user id, roles, and the line that says the rest."""
HAD: Final = "channels.had"


class Memberships:
    """Reads and writes rows of channelmembers."""

    def __init__(self, db: Database, forget: Callable[[str], object]) -> None:
        self._db, self._forget = db, forget

    def save(self, wanted: Sequence[Wanted], run: BulkImport, old_channels: set[str]) -> None:
        """Store memberships. Only those in `old_channels` may be there already.

        What a line doesn't say stays. Who is new and of whom it says nothing has read everything: their time is that
        of the import, which `ReadState` takes for it.
        """
        known = self._known({user for channel, user, _, _ in wanted if channel in old_channels}, old_channels)
        rows, new = {}, []
        for channel_id, user_id, flags, line in wanted:
            old = known.get((channel_id, user_id))
            member = old or ChannelMember(
                channel_id=channel_id, user_id=user_id, last_viewed_at=run.started, last_update_at=run.started
            )
            if old is None:
                new.append((channel_id, user_id, run.started))
                member.notify_props = dict(DEFAULT_NOTIFY_PROPS)
            _apply(member, flags, line, run.started)
            rows[channel_id, user_id] = to_member_row(member)
        if len(known):
            self._db.upsert("channelmembers", MEMBER_COLUMNS, _KEY, [rows[key] for key in sorted(rows)])
        else:
            run.load("channelmembers", MEMBER_COLUMNS, [rows[key] for key in sorted(rows)])
        joined = {user_id for _, user_id, _ in new}
        self._db.after_commit(lambda: [self._forget(user_id) for user_id in joined])
        columns = ("channelid", "userid", "jointime")
        self._db.insert_many("channelmemberhistory", columns, sorted(set(new)), ignore_duplicates=True)

    def _known(self, user_ids: set[str], channel_ids: set[str]) -> dict[tuple[str, str], ChannelMember]:
        rows = self._db.select_in(f"{_SELECT} WHERE userid IN ({{ids}})", user_ids)
        return {(row[0], row[1]): to_member((*row, *_NO_SCHEME)) for row in rows if row[0] in channel_ids}

    def of_channels(self, channel_ids: Iterable[str]) -> dict[str, list[ChannelMember]]:
        """Return channel id → memberships."""
        return self._sorted(self._db.select_in(f"{_SELECT} WHERE channelid IN ({{ids}})", channel_ids), 0)

    def of_users(self, user_ids: Iterable[str]) -> dict[str, list[ChannelMember]]:
        """Return user id → memberships."""
        return self._sorted(self._db.select_in(f"{_SELECT} WHERE userid IN ({{ids}})", user_ids), 1)

    @staticmethod
    def _sorted(rows: Iterable[Any], column: int) -> dict[str, list[ChannelMember]]:
        found: dict[str, list[ChannelMember]] = {}
        for row in rows:
            found.setdefault(row[column], []).append(to_member((*row, *_NO_SCHEME)))
        return found

    def fill(self, line: Any, member: ChannelMember, run: BulkExport) -> None:
        """Say in a line what a member has read and wants to be told.

        What is exported has no deleted messages: their number goes from what is read, so that what is unread stays.
        """
        stored, here = self._totals(run).get(member.channel_id, ((0, 0), (0, 0)))
        counts = (member.msg_count, member.msg_count_root)
        read = [max(0, new - max(0, old - count)) for count, old, new in zip(counts, stored, here, strict=True)]
        line.msg_count, line.msg_count_root = read
        line.mention_count, line.mention_count_root = member.mention_count, member.mention_count_root
        line.urgent_mention_count, line.last_viewed_at = member.urgent_mention_count, member.last_viewed_at
        props = {name: member.notify_props.get(stored_as) for name, stored_as in _PROPS.items()}
        line.notify_props = ChannelNotifyProps(**{name: value for name, value in props.items() if value is not None})

    def _totals(self, run: BulkExport) -> Mapping[str, tuple[tuple[int, int], tuple[int, int]]]:
        """Return channel id → (posts, roots) as its row counts them, and as the export will have them."""
        if "channels.totals" not in run.scratch:
            listed = ", ".join("?" * len(UNCOUNTED_TYPES))
            found = self._db.fetch_all(
                "SELECT channelid, COUNT(*), SUM(CASE WHEN COALESCE(rootid, '') = '' THEN 1 ELSE 0 END) FROM {posts}"
                " WHERE deleteat = 0 AND createat <= ? AND COALESCE(originalid, '') = ''"
                f" AND COALESCE(type, '') NOT IN ({listed}) GROUP BY channelid",
                (run.started, *UNCOUNTED_TYPES),
            )
            here = {row[0]: (int(row[1]), int(row[2])) for row in found}
            rows = self._db.fetch_all("SELECT id, totalmsgcount, totalmsgcountroot FROM {channels}")
            run.scratch["channels.totals"] = {
                row[0]: ((row[1] or 0, row[2] or 0), here.get(row[0], (0, 0))) for row in rows
            }
        totals: Mapping[str, tuple[tuple[int, int], tuple[int, int]]] = run.scratch["channels.totals"]
        return totals


def _apply(member: ChannelMember, flags: MemberFlags, line: Any, now: int) -> None:
    member.explicit_roles = flags.explicit
    member.scheme_guest, member.scheme_user, member.scheme_admin = flags[1:]
    if line.notify_props is not None:
        given = {stored_as: getattr(line.notify_props, name) for name, stored_as in _PROPS.items()}
        member.notify_props = {
            **member.notify_props,
            **{name: value for name, value in given.items() if value is not None},
        }
    given_counts = {name: getattr(line, name) for name in _COUNTS if getattr(line, name) is not None}
    for name, value in given_counts.items():
        setattr(member, name, value)
    if "msg_count" in given_counts:
        member.last_update_at = now
        if "last_viewed_at" not in given_counts and member.last_viewed_at == now:
            member.last_viewed_at = 0


class ChannelMembersPart:
    """Memberships of channels, in lines of users."""

    line = "user"
    rank = 20

    def __init__(self, memberships: Memberships) -> None:
        self._memberships = memberships

    def take(self, entries: Sequence[Entry], run: BulkImport) -> None:
        """Store memberships."""
        wanted = [
            (entry, team.name, channel)
            for entry in entries
            for team in entry.data.teams or ()
            for channel in team.channels or ()
        ]
        teams = run.names.teams({team for _, team, _ in wanted})
        found = run.names.channels({(teams.get(team, ""), channel.name) for _, team, channel in wanted})
        rows: list[Wanted] = []
        for entry, team, channel in wanted:
            channel_id = found.get((teams.get(team, ""), channel.name))
            if channel_id is None:
                raise refused(entry, "there is no channel {name} in the team {team}.", name=channel.name, team=team)
            rows.append((channel_id, entry.id, member_flags("channel", channel.roles), channel))
        new_users = {entry.id for entry in entries if entry.is_new}
        self._memberships.save(rows, run, {row[0] for row in rows if row[1] not in new_users})

    def give(self, entries: Sequence[Entry], run: BulkExport) -> None:
        """Name the channels of users, below their teams."""
        places = run.places()
        members = self._memberships.of_users([entry.id for entry in entries])
        for entry in entries:
            teams = {team.name: team for team in entry.data.teams or ()}
            for member in members.get(entry.id, ()):
                place = places.get(member.channel_id)
                if place is None or place.team not in teams:
                    continue
                flags = MemberFlags(member.explicit_roles, member.scheme_guest, member.scheme_user, member.scheme_admin)
                line = UserChannel(name=place.name, roles=roles_text("channel", flags))
                self._memberships.fill(line, member, run)
                team = teams[place.team]
                team.channels = [*(team.channels or ()), line]
            for team in teams.values():
                if team.channels:
                    team.channels.sort(key=lambda channel: channel.name)


class ReadState:
    """Counters of channels, and in the end what their members have read. A part of posts."""

    line = "post"
    rank = 90

    def __init__(self, db: Database) -> None:
        self._db = db
        new = db.dialect.new_value
        self._add = {
            name: f"COALESCE({{channels}}.{name}, 0) + {new(name)}" for name in ("totalmsgcount", "totalmsgcountroot")
        } | {
            name: f"{{greatest}}(COALESCE({{channels}}.{name}, 0), {new(name)})"
            for name in ("lastpostat", "lastrootpostat")
        }

    def begin(self, run: BulkImport) -> None:
        """Note which channels have messages already."""
        rows = self._db.fetch_all("SELECT id, totalmsgcount, totalmsgcountroot FROM {channels} WHERE totalmsgcount > 0")
        run.notes[HAD] = {row[0]: [row[1] or 0, row[2] or 0] for row in rows}

    def take(self, entries: Sequence[PostEntry], _run: BulkImport) -> None:
        """Count new posts: one statement for all channels of the batch."""
        counts: dict[str, list[int]] = {}
        for entry in entries:
            if not entry.is_new:
                continue
            count = counts.setdefault(entry.channel_id, [0, 0, 0, 0])
            is_root, time = entry.root is None, entry.data.create_at
            if (entry.data.type or "") not in UNCOUNTED_TYPES:
                count[0] += 1
                count[1] += is_root
            count[2] = max(count[2], time)
            if is_root:
                count[3] = max(count[3], time)
        columns = ("id", "totalmsgcount", "totalmsgcountroot", "lastpostat", "lastrootpostat")
        self._db.upsert("channels", columns, ("id",), [(key, *counts[key]) for key in sorted(counts)], update=self._add)

    def finish(self, run: BulkImport) -> None:
        """Have members read what they have read.

        New ones of whom the file said nothing: everything. Who was there before: what came besides is history, and as
        much is unread as before. Nobody has read more than there is.
        """
        total = (
            "msgcount = (SELECT c.totalmsgcount FROM {channels} c WHERE c.id = channelid),"
            " msgcountroot = (SELECT c.totalmsgcountroot FROM {channels} c WHERE c.id = channelid)"
        )
        self._add_history(run)
        self._db.execute(
            f"UPDATE {{channelmembers}} SET {total} WHERE lastviewedat = ? AND lastupdateat = ? AND msgcount = 0",
            (run.started, run.started),
        )
        for name, counted in (("msgcount", "totalmsgcount"), ("msgcountroot", "totalmsgcountroot")):
            subquery = f"(SELECT c.{counted} FROM {{channels}} c WHERE c.id = channelid)"
            self._db.execute(f"UPDATE {{channelmembers}} SET {name} = {subquery} WHERE {name} > {subquery}")

    def _add_history(self, run: BulkImport) -> None:
        had: dict[str, list[int]] = run.notes.get(HAD, {})
        sql = "SELECT id, totalmsgcount, totalmsgcountroot FROM {channels} WHERE id IN ({ids})"
        more = [
            (row[1] - had[row[0]][0], row[2] - had[row[0]][1], row[0], run.started)
            for row in self._db.select_in(sql, had)
            if row[1] > had[row[0]][0]
        ]
        self._db.execute_many(
            "UPDATE {channelmembers} SET msgcount = COALESCE(msgcount, 0) + ?, msgcountroot ="
            " COALESCE(msgcountroot, 0) + ? WHERE channelid = ? AND COALESCE(lastupdateat, 0) <> ?",
            more,
        )
