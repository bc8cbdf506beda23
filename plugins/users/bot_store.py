"""Queries on the table bots."""

from typing import Any, Final

from hubbub.core.contracts.bots import Bot
from hubbub.core.http.paging import Page

COLUMNS: Final = ("userid", "description", "ownerid", "createat", "updateat", "deleteat", "lasticonupdate")
_SELECT: Final = """SELECT b.userid, u.username, u.firstname, b.description, b.ownerid, b.lasticonupdate, b.createat,
 b.updateat, b.deleteat FROM {bots} b JOIN {users} u ON u.id = b.userid"""


class BotStore:
    """Rows in, records out."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def get(self, user_id: str) -> Bot | None:
        """Return a bot, disabled or not, or None."""
        row = self._db.fetch_one(f"{_SELECT} WHERE b.userid = ?", (user_id,))
        return _bot(row) if row else None

    def page(self, page: Page, *, owner_id: str = "", deleted: bool = False, orphaned: bool = False) -> list[Bot]:
        """Return a page of bots in the order they were made.

        `owner_id` "": everybody's; `deleted`: disabled ones too; `orphaned`: only those whose owner is deactivated.
        """
        conditions, params = [], []
        if owner_id:
            conditions.append("b.ownerid = ?")
            params.append(owner_id)
        if not deleted:
            conditions.append("b.deleteat = 0")
        if orphaned:
            conditions.append("EXISTS (SELECT 1 FROM {users} o WHERE o.id = b.ownerid AND o.deleteat <> 0)")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        sql = f"{_SELECT}{where} ORDER BY b.createat, b.userid LIMIT ? OFFSET ?"
        return [_bot(row) for row in self._db.fetch_all(sql, (*params, page.limit, page.offset))]

    def ids_of_owner(self, owner_id: str) -> list[str]:
        """Return the ids of somebody's bots that aren't disabled."""
        sql = "SELECT userid FROM {bots} WHERE ownerid = ? AND deleteat = 0 ORDER BY userid"
        return [row[0] for row in self._db.fetch_all(sql, (owner_id,))]

    def insert(self, user_id: str, *, description: str, owner_id: str, now: int) -> None:
        """Make an account a bot's."""
        self._db.insert_many("bots", COLUMNS, [(user_id, description, owner_id, now, now, 0, 0)])

    def update(self, user_id: str, **columns: Any) -> None:
        """Set columns of a bot."""
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._db.execute(f"UPDATE {{bots}} SET {assignments} WHERE userid = ?", (*columns.values(), user_id))

    def delete(self, user_id: str) -> None:
        """Make a bot's account a person's."""
        self._db.execute("DELETE FROM {bots} WHERE userid = ?", (user_id,))


def _bot(row: tuple[Any, ...]) -> Bot:
    return Bot(
        user_id=row[0],
        username=row[1] or "",
        display_name=row[2] or "",
        description=row[3] or "",
        owner_id=row[4] or "",
        last_icon_update=row[5] or 0,
        create_at=row[6] or 0,
        update_at=row[7] or 0,
        delete_at=row[8] or 0,
    )
