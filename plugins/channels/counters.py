"""Counters of channels and of their members: what posting, viewing and marking unread do to them.

Two workers can't wait for each other in a circle: channels are taken in the order of their ids, and who writes for
several members of a channel has changed the channel's own row first, which keeps others out.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from hubbub.core import json
from hubbub.core.contracts.channels import PostCounts
from hubbub.core.db import Database

CHUNK: Final = 500


class LastView(NamedTuple):
    """What a member saw of a channel last (ms), and what is there since.

    What is unread is counted: a post of the very millisecond of the last visit is not seen in the times.
    """

    viewed_at: int
    last_post_at: int
    mentions: int
    has_uncounted: bool

    @property
    def is_unread(self) -> bool:
        """Say whether anything is unread."""
        return bool(self.mentions) or self.has_uncounted or self.viewed_at < self.last_post_at


class CounterStore:
    """Writes the counters. Times in ms."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._add_posts = db.prepare(
            "UPDATE {channels} SET totalmsgcount = totalmsgcount + ?, totalmsgcountroot = totalmsgcountroot + ?,"
            " lastpostat = {greatest}(lastpostat, ?), lastrootpostat = {greatest}(COALESCE(lastrootpostat, 0), ?)"
            " WHERE id = ?"
        )
        add_mentions = (
            "UPDATE {channelmembers} SET mentioncount = COALESCE(mentioncount, 0) + ?,"
            " mentioncountroot = COALESCE(mentioncountroot, 0) + ?,"
            " urgentmentioncount = COALESCE(urgentmentioncount, 0) + ?, lastupdateat = ?"
            " WHERE channelid = ? AND "
        )
        self._add_mentions = db.prepare(add_mentions + "userid = ?")
        self._add_mentions_to_many = add_mentions + "userid IN ({ids})"
        viewed = (
            "msgcount = (SELECT totalmsgcount FROM {channels} WHERE id = channelid),"
            " msgcountroot = (SELECT totalmsgcountroot FROM {channels} WHERE id = channelid)"
        )
        read = (
            f"UPDATE {{channelmembers}} SET {viewed}, mentioncount = 0, mentioncountroot = 0, urgentmentioncount = 0,"
        )
        self._read_by_author = db.prepare(
            f"{read} lastviewedat = {{greatest}}(COALESCE(lastviewedat, 0), ?),"
            " lastupdateat = {greatest}(COALESCE(lastupdateat, 0), ?)"
            " WHERE channelid = ? AND userid = ?"
        )
        self._read_by_authors = (
            f"{read} lastviewedat = {{greatest}}(COALESCE(lastviewedat, 0), CASE userid $times END),"
            " lastupdateat = {greatest}(COALESCE(lastupdateat, 0), ?)"
            " WHERE channelid = ? AND userid IN ({ids})"
        )
        self._view = db.prepare(
            f"{read} lastviewedat = {{greatest}}(COALESCE(lastviewedat, 0),"
            " (SELECT lastpostat FROM {channels} WHERE id = channelid)), lastupdateat = ?"
            " WHERE userid = ? AND channelid = ?"
        )

        self._last_viewed = (
            "SELECT m.channelid, m.lastviewedat, c.lastpostat,"
            " COALESCE(m.mentioncount, 0), COALESCE(m.msgcount, 0) < c.totalmsgcount FROM {channelmembers} m"
            " JOIN {channels} c ON c.id = m.channelid WHERE m.userid = ? AND m.channelid "
        )
        self._last_viewed_one = db.prepare(self._last_viewed + "= ?")

    def add(self, counts: Iterable[PostCounts]) -> None:
        """Add what new posts bring. Called inside the posts' transaction."""
        for channel in sorted(counts, key=lambda entry: entry.channel_id):
            channel_id = channel.channel_id
            self.db.execute(
                self._add_posts,
                (
                    channel.posts,
                    channel.root_posts,
                    channel.last_post_at,
                    channel.last_root_post_at,
                    channel_id,
                ),
            )
            self._mention(channel)
            self._read(channel)

    def _mention(self, channel: PostCounts) -> None:
        """Add mentions: one statement for all who were mentioned equally often, as by @channel."""
        alike: dict[tuple[int, int, int], list[str]] = {}
        for user_id, counts in channel.mentions.items():
            alike.setdefault(counts, []).append(user_id)
        for counts, user_ids in alike.items():
            values = (*counts, channel.last_post_at, channel.channel_id)
            if len(user_ids) == 1:
                self.db.execute(self._add_mentions, (*values, user_ids[0]))
                continue
            for start in range(0, len(user_ids), CHUNK):
                text, ids = self.db.in_list(self._add_mentions_to_many, sorted(user_ids)[start : start + CHUNK])
                self.db.execute(text, (*values, *ids))

    def _read(self, channel: PostCounts) -> None:
        """Mark a channel as read by those who posted, each until their own post: one statement for all."""
        authors = list(channel.authors.items())
        if len(authors) == 1:
            user_id, time = authors[0]
            self.db.execute(self._read_by_author, (time, time, channel.channel_id, user_id))
            return
        for start in range(0, len(authors), CHUNK):
            part = authors[start : start + CHUNK]
            sql = self._read_by_authors.replace("$times", "WHEN ? THEN ? " * len(part))
            text, ids = self.db.in_list(sql, [user_id for user_id, _ in part])
            times = [value for entry in part for value in entry]
            self.db.execute(text, (*times, max(time for _, time in part), channel.channel_id, *ids))

    def view(self, user_id: str, channel_ids: Sequence[str], now: int) -> None:
        """Mark channels as read by a user: one by one, in the order in which posts change them too."""
        if len(channel_ids) == 1:
            self.db.execute(self._view, (now, user_id, channel_ids[0]))
            return
        self.db.execute_many(self._view, [(now, user_id, channel_id) for channel_id in sorted(channel_ids)])

    def last_viewed(self, user_id: str, channel_ids: Sequence[str]) -> dict[str, LastView]:
        """Return channel id → what was seen when, and what is unread, for channels the user is a member of."""
        if len(channel_ids) == 1:
            rows = self.db.fetch_all(self._last_viewed_one, (user_id, channel_ids[0]))
        else:
            rows = self.db.select_in(self._last_viewed + "IN ({ids})", channel_ids, (user_id,))
        return {row[0]: LastView(row[1] or 0, row[2] or 0, int(row[3]), bool(row[4])) for row in rows}

    def unread_by_team(self, user_id: str) -> dict[str, tuple[int, int, int, int]]:
        """Return team id → unread (posts, roots, mentions, mentions in roots); muted channels count mentions only."""
        rows = self.db.fetch_all(
            "SELECT c.teamid, c.totalmsgcount - m.msgcount, c.totalmsgcountroot - m.msgcountroot, m.mentioncount,"
            " m.mentioncountroot, m.notifyprops FROM {channelmembers} m JOIN {channels} c ON c.id = m.channelid"
            " WHERE m.userid = ? AND c.deleteat = 0",
            (user_id,),
        )
        totals: dict[str, tuple[int, int, int, int]] = {}
        for team_id, posts, roots, mentions, root_mentions, props in rows:
            muted = bool(props) and json.decode(props).get("mark_unread") == "mention"
            before = totals.get(team_id, (0, 0, 0, 0))
            totals[team_id] = (
                before[0] + (0 if muted else max(0, posts or 0)),
                before[1] + (0 if muted else max(0, roots or 0)),
                before[2] + (mentions or 0),
                before[3] + (root_mentions or 0),
            )
        return totals
