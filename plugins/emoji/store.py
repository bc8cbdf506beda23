"""Queries on the table emoji."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from hubbub.core.contracts.emoji import Emoji
from hubbub.core.db import Database

_COLUMNS: Final = ("id", "createat", "updateat", "deleteat", "creatorid", "name")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM {{emoji}} WHERE deleteat = 0"


class EmojiStore:
    """Rows in, records out. Deleted emoji are never returned."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, emoji_id: str) -> Emoji | None:
        """Return an emoji."""
        rows = self._db.fetch_all(f"{_SELECT} AND id = ?", (emoji_id,))
        return _records(rows)[0] if rows else None

    def get_by_names(self, names: Iterable[str]) -> list[Emoji]:
        """Return the emoji of these names; MySQL also finds those that differ in upper and lower case."""
        return _records(self._db.select_in(f"{_SELECT} AND name IN ({{ids}})", names))

    def page(self, offset: int, limit: int, *, by_name: bool) -> list[Emoji]:
        """Return a page, by name or in the order they were made in."""
        order = "name" if by_name else "createat, id"
        return _records(
            self._db.fetch_all(f"{_SELECT} ORDER BY {order} LIMIT ? OFFSET ?", (limit, offset), replica=True)
        )

    def search(self, term: str, *, prefix_only: bool, limit: int) -> list[Emoji]:
        """Return emoji whose names hold `term`, or begin with it, by name."""
        like = self._db.dialect.like(term.lower()) + "%"
        if not prefix_only:
            like = f"%{like}"
        sql = f"{_SELECT} AND LOWER(name) LIKE ? ESCAPE '*' ORDER BY name LIMIT ?"
        return _records(self._db.fetch_all(sql, (like, limit), replica=True))

    def insert(self, emoji: Emoji) -> None:
        """Store a new emoji. Raises `UniqueViolation` for a name that is taken."""
        row = (emoji.id, emoji.create_at, emoji.update_at, emoji.delete_at, emoji.creator_id, emoji.name)
        self._db.insert_many("emoji", _COLUMNS, [row])

    def delete(self, emoji_id: str, time: int) -> bool:
        """Mark an emoji deleted; say whether it was there."""
        sql = "UPDATE {emoji} SET deleteat = ?, updateat = ? WHERE id = ? AND deleteat = 0"
        return self._db.execute(sql, (time, time, emoji_id)) > 0


def _records(rows: Sequence[tuple[Any, ...]]) -> list[Emoji]:
    return [
        Emoji(id=row[0], create_at=row[1], update_at=row[2], delete_at=row[3], creator_id=row[4], name=row[5])
        for row in rows
    ]
