"""Every query of this plugin: `?` for values, `{table}` for names of tables; the same text on every database."""

from typing import Any


class WordStore:
    """Rows in, numbers out."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def add(self, user_id: str, words: int) -> None:
        """Add to a user's number; one statement, so that no other worker comes in between."""
        total = "{hb_word_count}.words + " + self._db.dialect.new_value("words")
        self._db.upsert("hb_word_count", ("userid", "words"), ("userid",), [(user_id, words)], update={"words": total})

    def get(self, user_id: str) -> int:
        """Return a user's number."""
        return int(self._db.fetch_value("SELECT words FROM {hb_word_count} WHERE userid = ?", (user_id,)) or 0)

    def top(self, limit: int) -> list[tuple[str, int]]:
        """Return (user id, words) of those who write most."""
        sql = "SELECT userid, words FROM {hb_word_count} ORDER BY words DESC, userid LIMIT ?"
        return [(row[0], int(row[1])) for row in self._db.fetch_all(sql, (limit,))]
