"""Queries on priorities, acknowledgements and repeated notifications."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from hubbub.core.contracts.posts import PostAcknowledgement, PostPriority
from hubbub.core.db import Database

_SHOWN: Final = (
    "SELECT p.postid, p.priority, p.requestedack, p.persistentnotifications, a.userid, a.acknowledgedat, p.channelid"
    " FROM {postspriority} p LEFT JOIN {postacknowledgements} a ON a.postid = p.postid AND a.acknowledgedat > 0"
    " WHERE p.postid IN ({ids})"
)
_ACKNOWLEDGEMENT: Final = ("postid", "userid", "acknowledgedat", "remoteid", "channelid")


class Shown(msgspec.Struct):
    """What a post shows."""

    priority: PostPriority
    acknowledgements: list[PostAcknowledgement]


class PriorityStore:
    """Rows in, records out. Times in ms."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._acknowledged = db.prepare(
            "SELECT acknowledgedat FROM {postacknowledgements} WHERE postid = ? AND userid = ? AND acknowledgedat > 0"
        )
        self._end = db.prepare("UPDATE {persistentnotifications} SET deleteat = ? WHERE postid = ? AND deleteat = 0")

    def shown(self, post_ids: Iterable[str]) -> dict[str, Shown]:
        """Return what those of the posts show that have a priority, by id. One query."""
        found: dict[str, Shown] = {}
        for row in self._db.select_in(_SHOWN, post_ids):
            post_id, priority, requested_ack, persistent, user_id, acknowledged_at, channel_id = row
            shown = found.get(post_id)
            if shown is None:
                wanted = PostPriority(
                    priority=priority, requested_ack=bool(requested_ack), persistent_notifications=bool(persistent)
                )
                shown = found[post_id] = Shown(wanted, [])
            if user_id:
                shown.acknowledgements.append(
                    PostAcknowledgement(
                        user_id=user_id, post_id=post_id, acknowledged_at=acknowledged_at, channel_id=channel_id
                    )
                )
        for shown in found.values():
            shown.acknowledgements.sort(key=lambda given: (given.acknowledged_at, given.user_id))
        return found

    def channel_ids(self) -> frozenset[str]:
        """Return the ids of the channels that have posts with a priority. Reads the whole (small) table."""
        return frozenset(row[0] for row in self._db.fetch_all("SELECT DISTINCT channelid FROM {postspriority}"))

    def insert(self, rows: Sequence[tuple[Any, ...]], persistent: Sequence[tuple[str, int]]) -> None:
        """Store priorities (post, channel, priority, ack, persistent), and (post, time) of what is to be repeated."""
        columns = ("postid", "channelid", "priority", "requestedack", "persistentnotifications")
        self._db.insert_many("postspriority", columns, rows)
        if persistent:
            columns = ("postid", "createat", "lastsentat", "deleteat", "sentcount")
            self._db.insert_many(
                "persistentnotifications", columns, [(post_id, time, 0, 0, 0) for post_id, time in persistent]
            )

    def acknowledged_at(self, post_id: str, user_id: str) -> int:
        """Return when a user acknowledged a post, 0 for never."""
        return int(self._db.fetch_value(self._acknowledged, (post_id, user_id)) or 0)

    def acknowledge(self, given: PostAcknowledgement) -> None:
        """Store an acknowledgement; with acknowledged_at 0 it is one that was taken back."""
        row = (given.post_id, given.user_id, given.acknowledged_at, "", given.channel_id)
        self._db.upsert("postacknowledgements", _ACKNOWLEDGEMENT, ("postid", "userid"), [row])

    def erase(self, post_ids: Sequence[str]) -> None:
        """Remove all that is known of posts that are gone for good."""
        for table in ("postspriority", "postacknowledgements", "persistentnotifications"):
            sql, ids = self._db.in_list(f"DELETE FROM {{{table}}} WHERE postid IN ({{ids}})", post_ids)
            self._db.execute(sql, ids)

    def is_repeated(self, post_id: str) -> bool:
        """Say whether a post's notifications are to be repeated."""
        sql = "SELECT 1 FROM {persistentnotifications} WHERE postid = ? AND deleteat = 0"
        return self._db.fetch_one(sql, (post_id,)) is not None

    def due(self, before: int, limit: int) -> list[tuple[str, int, int]]:
        """Return (post id, last sent at, sent count) of some whose notifications were last sent before a time."""
        sql = (
            "SELECT postid, lastsentat, sentcount FROM {persistentnotifications}"
            " WHERE deleteat = 0 AND createat <= ? AND lastsentat <= ? ORDER BY createat, postid LIMIT ?"
        )
        return [(row[0], row[1], row[2]) for row in self._db.fetch_all(sql, (before, before, limit))]

    def take(self, post_id: str, last_sent_at: int, now: int) -> bool:
        """Count one more sending; False when somebody else was faster, or the repeating has ended."""
        sql = (
            "UPDATE {persistentnotifications} SET lastsentat = ?, sentcount = sentcount + 1"
            " WHERE postid = ? AND lastsentat = ? AND deleteat = 0"
        )
        return bool(self._db.execute(sql, (now, post_id, last_sent_at)))

    def end(self, post_id: str, time: int) -> None:
        """Repeat a post's notifications no more."""
        self._db.execute(self._end, (time, post_id))

    def end_in_channel(self, channel_id: str, time: int) -> None:
        """Repeat no notifications of a channel's posts any more."""
        self._db.execute(
            "UPDATE {persistentnotifications} SET deleteat = ? WHERE deleteat = 0 AND postid IN"
            " (SELECT postid FROM {postspriority} WHERE channelid = ? AND persistentnotifications = ?)",
            (time, channel_id, True),
        )
