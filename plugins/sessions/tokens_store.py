"""Every query on `useraccesstokens`."""

from typing import Any, Final

import msgspec

from hubbub.core.http.paging import Page

_SELECT: Final = "SELECT t.id, t.token, t.userid, t.description, t.isactive FROM {useraccesstokens} t"


class AccessToken(msgspec.Struct, kw_only=True):
    """A personal access token; `token` itself is shown once, when it is created."""

    id: str
    token: str | msgspec.UnsetType = msgspec.UNSET
    user_id: str
    description: str = ""
    is_active: bool = True


class AccessTokenStore:
    """Reads and writes personal access tokens."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._by_token = db.prepare(f"{_SELECT} WHERE t.token = ?")

    def get_by_token(self, token: str) -> AccessToken | None:
        """Return the record of a token, or None."""
        row = self._db.fetch_one(self._by_token, (token,))
        return _token(row) if row else None

    def get(self, token_id: str) -> AccessToken | None:
        """Return a record by its id, or None."""
        row = self._db.fetch_one(f"{_SELECT} WHERE t.id = ?", (token_id,))
        return _token(row) if row else None

    def of_user(self, user_id: str, page: Page) -> list[AccessToken]:
        """Return a page of a user's tokens."""
        sql = f"{_SELECT} WHERE t.userid = ? ORDER BY t.id LIMIT ? OFFSET ?"
        return [_token(row) for row in self._db.fetch_all(sql, (user_id, page.limit, page.offset))]

    def all(self, page: Page) -> list[AccessToken]:
        """Return a page of everybody's tokens."""
        sql = f"{_SELECT} ORDER BY t.id LIMIT ? OFFSET ?"
        return [_token(row) for row in self._db.fetch_all(sql, (page.limit, page.offset))]

    def search(self, term: str, limit: int) -> list[AccessToken]:
        """Return tokens whose id, owner's id or owner's user name begins with `term`."""
        sql = f"""{_SELECT} JOIN {{users}} u ON u.id = t.userid WHERE t.id LIKE ? ESCAPE '*'
            OR t.userid LIKE ? ESCAPE '*' OR u.username LIKE ? ESCAPE '*' ORDER BY t.id LIMIT ?"""
        pattern = self._db.dialect.like(term.lower()) + "%"
        return [_token(row) for row in self._db.fetch_all(sql, (pattern, pattern, pattern, limit))]

    def insert(self, record: AccessToken) -> None:
        """Insert a token."""
        row = (record.id, record.token, record.user_id, record.description, record.is_active)
        self._db.insert_many("useraccesstokens", ("id", "token", "userid", "description", "isactive"), [row])

    def set_active(self, token_id: str, active: bool) -> None:
        """Turn a token on or off."""
        self._db.execute("UPDATE {useraccesstokens} SET isactive = ? WHERE id = ?", (active, token_id))

    def delete(self, token_id: str) -> None:
        """Delete a token."""
        self._db.execute("DELETE FROM {useraccesstokens} WHERE id = ?", (token_id,))


def _token(row: tuple[Any, ...]) -> AccessToken:
    return AccessToken(
        id=row[0], token=row[1] or "", user_id=row[2] or "", description=row[3] or "", is_active=bool(row[4])
    )
