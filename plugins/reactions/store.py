"""Queries on the table reactions."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from hubbub.core.contracts.reactions import Reaction
from hubbub.core.db import Database

_COLUMNS: Final = ("userid", "postid", "emojiname", "createat", "updateat", "deleteat", "remoteid", "channelid")
_KEY: Final = ("postid", "userid", "emojiname")
_AGAIN: Final = ("updateat", "deleteat", "remoteid", "channelid")
"""What is set when somebody adds a reaction that they had taken back: it keeps its first time."""
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{reactions}} WHERE COALESCE(deleteat, 0) = 0"
PORTION: Final = 500


class ReactionStore:
    """Rows in, records out. Reactions that were taken back are never returned."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._one = db.prepare(f"{_SELECT} AND postid = ? AND userid = ? AND emojiname = ?")
        self._names = db.prepare(
            "SELECT DISTINCT emojiname FROM {reactions} WHERE COALESCE(deleteat, 0) = 0 AND postid = ?"
        )
        self._remove = db.prepare(
            "UPDATE {reactions} SET deleteat = ?, updateat = ? WHERE postid = ? AND userid = ? AND emojiname = ?"
            " AND COALESCE(deleteat, 0) = 0"
        )

    def get(self, post_id: str, user_id: str, emoji_name: str) -> Reaction | None:
        """Return a reaction."""
        row = self._db.fetch_one(self._one, (post_id, user_id, emoji_name))
        return None if row is None else _record(row)

    def of_posts(self, post_ids: Iterable[str]) -> dict[str, list[Reaction]]:
        """Return the reactions of posts that have any, by post id, the oldest first. One query."""
        found: dict[str, list[Reaction]] = {}
        for reaction in map(_record, self._db.select_in(f"{_SELECT} AND postid IN ({{ids}})", post_ids)):
            found.setdefault(reaction.post_id, []).append(reaction)
        for reactions in found.values():
            reactions.sort(key=lambda reaction: (reaction.create_at, reaction.user_id, reaction.emoji_name))
        return found

    def names_on(self, post_id: str) -> set[str]:
        """Return the names of the emoji that a post carries."""
        return {row[0] for row in self._db.fetch_all(self._names, (post_id,))}

    def save(self, reaction: Reaction) -> None:
        """Store a reaction, or give back one that was taken back."""
        self._db.upsert("reactions", _COLUMNS, _KEY, [_row(reaction)], update=_AGAIN)

    def insert(self, reactions: Iterable[Reaction]) -> None:
        """Store reactions of posts that have none."""
        self._db.insert_many("reactions", _COLUMNS, map(_row, reactions))

    def insert_missing(self, reactions: Iterable[Reaction]) -> None:
        """Store reactions but for those that are there, also ones that were taken back."""
        self._db.insert_many("reactions", _COLUMNS, map(_row, reactions), ignore_duplicates=True)

    def remove(self, post_id: str, user_id: str, emoji_name: str, time: int) -> bool:
        """Mark a reaction as taken back; say whether it was there."""
        return self._db.execute(self._remove, (time, time, post_id, user_id, emoji_name)) > 0

    def with_emoji(self, emoji_name: str) -> Iterator[Reaction]:
        """Yield the reactions with an emoji; read in portions, so that they may be changed meanwhile."""
        sql = (
            f"{_SELECT} AND emojiname = ? AND (postid > ? OR (postid = ? AND userid > ?))"
            f" ORDER BY postid, userid LIMIT {PORTION}"
        )
        last = ("", "")
        while rows := self._db.fetch_all(sql, (emoji_name, last[0], *last)):
            # MySQL compares without case: a reaction with another emoji is left out.
            yield from (reaction for reaction in map(_record, rows) if reaction.emoji_name == emoji_name)
            last = (rows[-1][1], rows[-1][0])

    def erase_of(self, post_ids: Sequence[str]) -> None:
        """Remove all of some posts, those taken back too."""
        sql, ids = self._db.in_list("DELETE FROM {reactions} WHERE postid IN ({ids})", post_ids)
        self._db.execute(sql, ids)


def _row(reaction: Reaction) -> tuple[Any, ...]:
    return (
        reaction.user_id, reaction.post_id, reaction.emoji_name, reaction.create_at, reaction.update_at,
        reaction.delete_at, reaction.remote_id, reaction.channel_id,
    )  # fmt: skip


def _record(row: Sequence[Any]) -> Reaction:
    return Reaction(
        user_id=row[0],
        post_id=row[1],
        emoji_name=row[2],
        create_at=row[3] or 0,
        update_at=row[4] or 0,
        delete_at=row[5] or 0,
        remote_id=row[6] or "",
        channel_id=row[7] or "",
    )
